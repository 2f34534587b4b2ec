// A connection whose bytes are the test's own, and what came back on it.
import { connect, type Socket } from "node:net";

export interface RawConnection {
  readonly socket: Socket;
  /** Settles once the server or the test has closed it. */
  readonly ended: Promise<void>;
  /** All that came up to now, a character for each byte. */
  text(): string;
  /** Waits until this was received. */
  has(part: string | RegExp): Promise<void>;
}

export async function openRaw(
  url: string,
  ...pieces: readonly (string | Buffer)[]
): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const waiting = new Set<() => void>();
  let text = "";
  const look = () => {
    for (const one of waiting) one();
  };
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    look();
  });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.once("close", look);
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(Buffer.concat(pieces.map((it) => Buffer.from(it as string, "latin1"))));
  return {
    socket,
    ended,
    text: () => text,
    has: (part) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const isThere = typeof part === "string" ? text.includes(part) : part.test(text);
          if (!isThere && !socket.destroyed) return;
          waiting.delete(check);
          if (isThere) resolve();
          else reject(new Error(`closed without ${part}: ${text}`));
        };
        waiting.add(check);
        check();
      }),
  };
}

/** The answer of the server to these bytes until it closes the connection. */
export async function sendRaw(
  url: string,
  ...pieces: readonly (string | Buffer)[]
): Promise<string> {
  const { ended, text } = await openRaw(url, ...pieces);
  await ended;
  return text();
}

/** The status of the first answer in a text; undefined where there is none. */
export function statusOf(text: string): number | undefined {
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  return status === undefined ? undefined : Number(status);
}
