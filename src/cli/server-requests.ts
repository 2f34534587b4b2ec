// Requests of commands to a server that runs.
import { readSettings, type Settings } from "../config/settings.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "./exit.ts";

/** The address of the server: the one that is named, or by HOST and PORT. */
export function serverOf(url: string | undefined): string {
  const server = url ?? configuredServer();
  if (URL.canParse("x", server)) return server;
  return fail(`${server} is no address: name one like http://127.0.0.1:3001`, EXIT_REFUSED);
}

function configuredServer(): string {
  const read = readSettings({}, process.env);
  if ("problems" in read) return fail(read.problems.join("; "), EXIT_REFUSED);
  const { host, port } = read.settings;
  if (port === 0) return fail("PORT is any free one: name the server with --url", EXIT_REFUSED);
  return `http://${reachable(host)}:${port}`;
}

/** The host by which this machine reaches a server that listens on an address. */
function reachable(host: Settings["host"]): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

interface Sent {
  readonly method?: "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/**
 * What is made of the answer to a request, with the token of MANDO_TOKEN or API_TOKEN. A refusal, or a server that does
 * not answer, ends the process with its reason.
 */
export async function request<T>(
  server: string,
  path: string,
  read: (answer: Response) => Promise<T>,
  { headers = {}, ...sent }: Sent = {},
): Promise<T> {
  const { MANDO_TOKEN, API_TOKEN } = process.env;
  // As everywhere, an empty variable counts as not set.
  const token = MANDO_TOKEN || API_TOKEN;
  const signed = token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` };
  const address = new URL(path, server.endsWith("/") ? server : `${server}/`);
  try {
    const init = { ...sent, headers: { ...signed, ...headers } };
    const answer = await fetch(address, init as RequestInit);
    if (answer.ok) return await read(answer);
    const code = answer.status < 500 ? EXIT_REFUSED : EXIT_FAULT;
    return fail(`${server} answers ${answer.status}: ${detailOf(await answer.text())}`, code);
  } catch (error) {
    const { message, cause } = error as Error;
    const why = (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
    return fail(`${server} does not answer (${why}): does it run there?`, EXIT_FAULT);
  }
}

/** The detail of a problem document; of any other text the first line. */
function detailOf(text: string): string {
  try {
    return String((JSON.parse(text) as { detail?: unknown }).detail);
  } catch {
    return text.split("\n")[0] ?? "";
  }
}
