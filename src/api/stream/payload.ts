// One event in the forms in which it is sent.
import { FRAME, frameOf } from "./websocket-frame.ts";

/** One event: encoded once for every subscriber and every transport. */
export class Payload {
  /** The event as JSON. */
  readonly text: string;
  /** Lines that precede the data where it is sent as an event stream. */
  readonly #head: string;
  #lastFragment: Buffer | undefined;
  #event: Buffer | undefined;
  #chunk: Buffer | undefined;

  constructor(text: string, head: string) {
    this.text = text;
    this.#head = head;
  }

  /** The least length of the event, in bytes. */
  get length(): number {
    return this.text.length;
  }

  /** The JSON and a closing brace, as the last frame of a WebSocket message. */
  lastFragment(): Buffer {
    this.#lastFragment ??= frameOf(FRAME.ENDS, `${this.text}}`);
    return this.#lastFragment;
  }

  /** The event in the form of server-sent events. */
  event(): Buffer {
    this.#event ??= Buffer.from(`${this.#head}data: ${this.text}\n\n`);
    return this.#event;
  }

  /** The same as a chunk of HTTP/1.1 (RFC 9112, 7.1). */
  chunk(): Buffer {
    this.#chunk ??= chunkOf(this.event());
    return this.#chunk;
  }
}

/** Bytes as a chunk of HTTP/1.1. */
export function chunkOf(bytes: Buffer): Buffer {
  const head = `${bytes.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n")]);
}
