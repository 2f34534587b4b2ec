// A raw TCP client of bench/fanout: whole client libraries would eat the cores that the server is to have.
import { connect, type Socket } from "node:net";

/** What a client is, whatever it speaks. */
export interface FanoutClient {
  /** Stops reading, but stays alive for its server: slow, not gone. */
  pause(): void;
  end(): void;
}

export interface ClientDeps {
  readonly port: number;
  /** The body of the operation: query and variables. */
  readonly operation: object;
  /** Whether events are read, or only counted. */
  readonly reads: boolean;
  /** @param result What the event carries, where events are read. */
  readonly onEvent: (bytes: number, result: unknown) => void;
  /** The server closed or broke the connection. */
  readonly onLost: () => void;
}

const READ_BYTES = 256 * 1024;
/** Every socket reads into the same memory: what is read is looked at before anything else is. */
const READ_BUFFER = Buffer.allocUnsafe(READ_BYTES);

/** Connects. `onBytes` must copy what it keeps. */
export function openSocket(
  port: number,
  onBytes: (bytes: Buffer) => void,
  onLost: () => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const callback = (length: number, bytes: Uint8Array) => {
      onBytes((bytes as Buffer).subarray(0, length));
      return true;
    };
    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: { buffer: READ_BUFFER, callback },
    });
    socket.once("error", reject);
    socket.once("close", onLost);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
  });
}

/** Puts the pieces of one message together, or only counts their bytes. */
export function createCollector() {
  let pieces: Buffer[] = [];
  let bytes = 0;
  return {
    add(piece: Buffer, keep: boolean): void {
      bytes += piece.length;
      if (keep) pieces.push(Buffer.from(piece));
    },
    /** What was collected; begins anew. */
    take(): { bytes: number; content: Buffer } {
      const taken = { bytes, content: Buffer.concat(pieces) };
      pieces = [];
      bytes = 0;
      return taken;
    },
  };
}

/** Takes the head of an HTTP answer off a stream of bytes, and checks its status. */
export function createHeadReader(status: number) {
  let head = "";
  let done = false;
  return {
    isDone: () => done,
    /** @returns What follows the head. */
    read(bytes: Buffer): Buffer {
      if (done) return bytes;
      const before = head.length;
      head += bytes.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return bytes.subarray(bytes.length);
      if (!head.startsWith(`HTTP/1.1 ${status} `))
        throw new Error(`the server answered ${head.slice(0, 400)}`);
      done = true;
      return bytes.subarray(end + 4 - before);
    },
  };
}
