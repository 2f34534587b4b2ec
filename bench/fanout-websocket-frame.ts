// The frames of RFC 6455, as far as a client of bench/fanout needs them.
import { createCollector } from "./fanout-socket.ts";

export const OPCODE = { TEXT: 0x1, CLOSE: 0x8, PING: 0x9, PONG: 0xa } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const CONTROL = 0x8;
const LONGEST_SENT = 65_535;

/** A frame of a client, masked with zeros, so that its bytes stay the same. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length > LONGEST_SENT) throw new RangeError(`${length} bytes are too long to send`);
  const size = length < 126 ? [MASKED | length] : [MASKED | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([FINAL | opcode, ...size, 0, 0, 0, 0]), payload]);
}

/** Splits a stream of unmasked frames, and emits every whole message. */
export function createFrameReader(
  keeps: () => boolean,
  onMessage: (opcode: number, bytes: number, content: Buffer) => void,
): (bytes: Buffer) => void {
  const head = Buffer.alloc(10);
  let headLength = 0;
  let left = 0;
  let messageOpcode = 0;
  const data = createCollector();
  const control = createCollector();
  const isControl = () => ((head[0] as number) & CONTROL) !== 0;

  function endFrame(): void {
    const first = head[0] as number;
    const opcode = first & 0xf;
    headLength = 0;
    if (isControl()) {
      const { bytes, content } = control.take();
      onMessage(opcode, bytes, content);
      return;
    }
    // A message may have several frames, of which only the first has its type.
    if (opcode !== 0) messageOpcode = opcode;
    if ((first & FINAL) === 0) return;
    const { bytes, content } = data.take();
    onMessage(messageOpcode, bytes, content);
  }

  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      if (left === 0) {
        head[headLength++] = bytes[at++] as number;
        const length = lengthOf(head, headLength);
        if (length === undefined) continue;
        left = length;
      } else {
        const piece = bytes.subarray(at, at + left);
        if (isControl()) control.add(piece, true);
        else data.add(piece, keeps());
        at += piece.length;
        left -= piece.length;
      }
      if (left === 0) endFrame();
    }
  };
}

/** The length of the payload in bytes; undefined while the head is incomplete. */
function lengthOf(head: Buffer, headLength: number): number | undefined {
  if (headLength < 2) return undefined;
  const short = (head[1] as number) & 0x7f;
  if (short < 126) return short;
  const size = short === 126 ? 2 : 8;
  if (headLength < 2 + size) return undefined;
  return size === 2 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
}
