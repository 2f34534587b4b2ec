// A client of server-sent events over a chunked HTTP response, which counts the events.
import {
  type ClientDeps,
  createCollector,
  createHeadReader,
  type FanoutClient,
  openSocket,
} from "./fanout-socket.ts";

const NEWLINE = 0x0a;
const COLON = 0x3a;

/** Resolves once the client is connected. */
export async function openSseClient(deps: ClientDeps): Promise<FanoutClient> {
  const head = createHeadReader(200);
  const events = createEventReader(deps.reads, (bytes, content) =>
    deps.onEvent(bytes, deps.reads ? dataOf(content) : undefined),
  );
  const chunks = createChunkReader(events);
  const socket = await openSocket(
    deps.port,
    (bytes) => {
      const rest = head.read(bytes);
      if (head.isDone()) chunks(rest);
    },
    deps.onLost,
  );
  const body = JSON.stringify(deps.operation);
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${deps.port}\r\naccept: text/event-stream\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return { pause: () => socket.pause(), end: () => socket.destroy() };
}

/** The result in an event; any other event is an error here. */
function dataOf(event: Buffer): unknown {
  const lines = String(event).split("\n");
  if (!lines.includes("event: next"))
    throw new Error(`no event but ${String(event).slice(0, 400)}`);
  const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  return JSON.parse(data.join("\n"));
}

/** Splits the chunks of HTTP/1.1: `size in hex` CRLF, that many bytes, CRLF. */
function createChunkReader(onPiece: (piece: Buffer) => void): (bytes: Buffer) => void {
  let size = "";
  let left = 0;
  let inLine = true;
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      if (inLine) {
        const byte = bytes[at++] as number;
        if (byte !== NEWLINE) size += String.fromCharCode(byte);
        else if (size.trim() === "") size = "";
        else {
          left = Number.parseInt(size, 16);
          if (Number.isNaN(left)) throw new Error(`this is no chunk: ${size}`);
          size = "";
          inLine = left === 0;
        }
      } else {
        const piece = bytes.subarray(at, at + left);
        onPiece(piece);
        at += piece.length;
        left -= piece.length;
        inLine = left === 0;
      }
    }
  };
}

/** Emits every event: the text before an empty line, unless it is a comment of a heartbeat. */
function createEventReader(
  keeps: boolean,
  onEvent: (bytes: number, content: Buffer) => void,
): (piece: Buffer) => void {
  const event = createCollector();
  let endsInNewline = false;
  let isComment: boolean | undefined;

  function add(piece: Buffer): void {
    if (piece.length === 0) return;
    isComment ??= piece[0] === COLON;
    event.add(piece, keeps);
    endsInNewline = piece.at(-1) === NEWLINE;
  }
  function end(): void {
    const { bytes, content } = event.take();
    if (isComment === false) onEvent(bytes, content);
    isComment = undefined;
    endsInNewline = false;
  }

  return (piece) => {
    let rest = piece;
    if (endsInNewline && rest[0] === NEWLINE) {
      rest = rest.subarray(1);
      end();
    }
    for (let at = rest.indexOf("\n\n"); at >= 0; at = rest.indexOf("\n\n")) {
      add(rest.subarray(0, at + 1));
      rest = rest.subarray(at + 2);
      end();
    }
    add(rest);
  };
}
