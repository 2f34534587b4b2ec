// Sends spans over HTTP.
import type { Sender, Sent } from "./sender.ts";
import { unreachable } from "./sender.ts";

/** Statuses after which the same request may succeed, by the specification of OTLP. */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** The longest body of an answer that is read. */
const LONGEST_BODY_BYTES = 65_536;

/** @param headers Those of every request: what the body is, and what the operator wants to be sent. */
export function createHttpSender(url: URL, headers: Readonly<Record<string, string>>): Sender {
  const closed = new AbortController();
  return {
    async send(body, given) {
      // On Node 20 what AbortSignal.any returns no longer ends by a timeout once garbage was collected.
      const attempt = new AbortController();
      const end = () => attempt.abort(given.reason);
      for (const signal of [given, closed.signal]) signal.addEventListener("abort", end);
      if (closed.signal.aborted) end();
      try {
        // A redirect would send the headers to another server.
        const init = { method: "POST", body, headers, redirect: "manual" } as const;
        const response = await fetch(url, { ...init, signal: attempt.signal });
        await finish(response);
        return sentBy(response);
      } catch (error) {
        return unreachable(error);
      } finally {
        for (const signal of [given, closed.signal]) signal.removeEventListener("abort", end);
      }
    },
    close: () => closed.abort(),
  };
}

/** Reads a short body, so that the connection serves the next request; a longer one, or one of no known length, is left. */
async function finish(response: Response): Promise<void> {
  const lengthBytes = Number(response.headers.get("content-length") ?? Number.NaN);
  if (lengthBytes <= LONGEST_BODY_BYTES) await response.arrayBuffer();
  else await response.body?.cancel();
}

function sentBy({ ok, status, headers }: Response): Sent {
  if (ok) return { isSent: true };
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return {
    isSent: false,
    reason: `status ${status}`,
    isRetryable: RETRYABLE.has(status),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  };
}
