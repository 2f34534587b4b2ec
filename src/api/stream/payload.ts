import { FRAME, frameOf } from "./websocket-frame.ts";

/** One event as it is sent: made once, whoever gets it and by whatever transport. */
export class Payload {
  /** The event as JSON. */
  readonly text: string;
  /** Lines that precede the data where it is sent as an event stream. */
  readonly #head: string;
  #lastFragment: Buffer | undefined;
  #event: Buffer | undefined;

  constructor(text: string, head: string) {
    this.text = text;
    this.#head = head;
  }

  /** Its length in bytes, at least. */
  get length(): number {
    return this.text.length;
  }

  /** The JSON and a closing brace, as the frame that ends a message of a WebSocket. */
  lastFragment(): Buffer {
    this.#lastFragment ??= frameOf(FRAME.ENDS, `${this.text}}`);
    return this.#lastFragment;
  }

  /** The event as an event stream has it. */
  event(): Buffer {
    this.#event ??= Buffer.from(`${this.#head}data: ${this.text}\n\n`);
    return this.#event;
  }
}
