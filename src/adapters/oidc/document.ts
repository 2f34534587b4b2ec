// Fetches a JSON document of a provider, within a deadline and a size.

const DEADLINE_MS = 5_000;
const LARGEST_BYTES = 1_048_576;

export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** @throws An error whose message says what is wrong with the document. */
export async function fetchDocument(
  address: string,
  fetch: Fetch,
  stopped: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const attempt = new AbortController();
  const end = () => attempt.abort(new Error("the server stops"));
  const timer = setTimeout(
    () => attempt.abort(new Error(`no answer within ${DEADLINE_MS} ms`)),
    DEADLINE_MS,
  );
  stopped.addEventListener("abort", end);
  try {
    // Another server than the one that is trusted could answer after a redirect.
    const response = await fetch(address, {
      redirect: "manual",
      signal: attempt.signal,
      headers: { accept: "application/json" },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    }
    return asObject(await readText(response));
  } catch (error) {
    throw new Error(`${address}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener("abort", end);
  }
}

async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > LARGEST_BYTES) throw new Error(`longer than ${LARGEST_BYTES} bytes`);
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function asObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new Error("not an object of JSON");
  return value as Record<string, unknown>;
}

/** The reason behind a fetch that failed, whose own message says nothing. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return message === "fetch failed" ? ((inner || code) ?? message) : message;
}
