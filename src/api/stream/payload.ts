/** One event as it is sent: made once, whoever gets it and by whatever transport. */
export interface Payload {
  /** The event as JSON. */
  readonly text: string;
  /** Its length in bytes, at least. */
  readonly length: number;
  /** The JSON and a closing brace, which ends a message of a WebSocket. */
  tail(): Buffer;
  /** The event as an event stream has it. */
  event(): Buffer;
}

/** @param head Lines that precede the data where it is sent as an event stream. */
export function createPayload(text: string, head: string): Payload {
  let tail: Buffer | undefined;
  let event: Buffer | undefined;
  return {
    text,
    length: text.length,
    tail: () => {
      tail ??= Buffer.from(`${text}}`);
      return tail;
    },
    event: () => {
      event ??= Buffer.from(`${head}data: ${text}\n\n`);
      return event;
    },
  };
}
