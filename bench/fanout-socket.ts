// A raw TCP client of bench/fanout: client libraries would take the cores that the server needs.
import { connect, type Socket } from "node:net";

/** A client of any protocol. */
export interface FanoutClient {
  /** Stops reading, but leaves the connection open: a slow client, not a closed one. */
  pause(): void;
  end(): void;
}

export interface ClientDeps {
  readonly port: number;
  /** The body of the operation: query and variables. */
  readonly operation: object;
  /** Whether events are parsed, or only counted. */
  readonly reads: boolean;
  /** @param result The result in the event, where events are parsed. */
  readonly onEvent: (bytes: number, result: unknown) => void;
  /** The server closed or broke the connection. */
  readonly onLost: () => void;
}

const READ_BYTES = 256 * 1024;
/** Every socket reads into the same buffer: its content is processed before the next read. */
const READ_BUFFER = Buffer.allocUnsafe(READ_BYTES);

/** Connects. `onBytes` must copy the bytes that it retains. */
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

/** Joins the pieces of one message, or only counts their bytes. */
export function createCollector() {
  let pieces: Buffer[] = [];
  let bytes = 0;
  return {
    add(piece: Buffer, keep: boolean): void {
      bytes += piece.length;
      if (keep) pieces.push(Buffer.from(piece));
    },
    /** The collected message, which is then cleared. */
    take(): { bytes: number; content: Buffer } {
      const taken = { bytes, content: Buffer.concat(pieces) };
      pieces = [];
      bytes = 0;
      return taken;
    },
  };
}

/** Reads the head of an HTTP response from a stream of bytes, and checks its status. */
export function createHeadReader(status: number) {
  let head = "";
  let done = false;
  return {
    isDone: () => done,
    /** @returns The bytes after the head. */
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
