// A proxy that serves another server below a path, WebSockets too.
import { once } from "node:events";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";

export interface PrefixProxy {
  /** Where the other server's root is found, with a slash at its end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @param headersOf The headers that it sends; by default those that came. */
export async function startPrefixProxy(
  target: string,
  prefix: string,
  headersOf: (incoming: IncomingMessage) => OutgoingHttpHeaders = ({ headers }) => headers,
): Promise<PrefixProxy> {
  const forward = (incoming: IncomingMessage) =>
    request(new URL((incoming.url ?? "").slice(prefix.length), target), {
      method: incoming.method,
      headers: headersOf(incoming),
    });
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const requested = forward(incoming).on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(requested);
  });
  server.maxHeadersCount = 0;
  server.on("upgrade", (incoming, socket) => {
    const requested = forward(incoming).on("upgrade", (answer, other) => {
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join("\r\n")}\r\n\r\n`);
      socket.pipe(other).pipe(socket);
      socket.on("error", () => other.destroy());
      other.on("error", () => socket.destroy());
    });
    requested.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}${prefix}/`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
