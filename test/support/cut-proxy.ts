// A proxy of connections before a server, which a test can cut and mend, and lead to another server.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CutProxy {
  /** Where the server is found, without a slash at its end. */
  readonly url: string;
  /** Destroys all connections, and each new one, until `mend`. */
  cut(): void;
  mend(): void;
  /** Takes another server for the connections to come. */
  lead(target: string): void;
  stop(): Promise<void>;
}

export async function startCutProxy(target: string): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let { port, hostname } = new URL(target);
  let isCut = false;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  };
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    track(client);
    if (isCut) {
      client.destroy();
      return;
    }
    const other = connect(Number(port), hostname);
    track(other);
    client.pipe(other).pipe(client);
    client.once("close", () => other.destroy());
    other.once("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      destroyAll();
    },
    mend() {
      isCut = false;
    },
    lead(next) {
      ({ port, hostname } = new URL(next));
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      destroyAll();
      await closed;
    },
  };
}
