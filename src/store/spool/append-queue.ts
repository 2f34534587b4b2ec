// The queue of appends: those that wait at the same time are written to disk together.
import { SpoolFault } from "./fault.ts";
import { SEGMENT_HEADER_BYTES } from "./format.ts";
import { recordBytes, type Segments } from "./segments.ts";
import type { SerialQueue } from "./serial-queue.ts";

/** A payload is read back into one buffer. */
const MAX_PAYLOAD_BYTES = 2 ** 30;

interface Append {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  resolve(sequence: number): void;
  reject(error: unknown): void;
}

export function createAppendQueue(
  segments: Segments,
  directory: string,
  maxBytes: number,
  calls: SerialQueue,
): (parts: readonly Uint8Array[]) => Promise<number> {
  let batch: Append[] | undefined;
  let callsThen = 0;

  /** The batch that waits, unless another call was made since: a record that is appended after it stays after it. */
  function openBatch(): Append[] {
    if (batch !== undefined && callsThen === calls.calls()) return batch;
    const opened: Append[] = [];
    const seal = () => {
      if (batch === opened) batch = undefined;
      return opened;
    };
    batch = opened;
    calls.run(() => write(seal())).catch((error) => rejectAll(seal(), error));
    callsThen = calls.calls();
    return opened;
  }

  async function write(appends: readonly Append[]): Promise<void> {
    let done = 0;
    while (done < appends.length) {
      const group = [appends[done++] as Append];
      try {
        let space = (await segments.makeSpace(bytesOf(group[0]))) - bytesOf(group[0]);
        while (done < appends.length && bytesOf(appends[done]) <= space) {
          space -= bytesOf(appends[done]);
          group.push(appends[done++] as Append);
        }
        const first = await segments.write(group.map(({ parts }) => parts));
        group.forEach(({ resolve }, index) => {
          resolve(first + index);
        });
      } catch (error) {
        rejectAll(group, error);
      }
    }
  }

  function rejectAll(appends: readonly Append[], error: unknown): void {
    for (const { reject } of appends) reject(SpoolFault.of(error, directory));
  }

  return (parts) => {
    const payloadBytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    const bytes = recordBytes(payloadBytes);
    if (bytes > maxBytes - SEGMENT_HEADER_BYTES || payloadBytes > MAX_PAYLOAD_BYTES)
      return Promise.reject(tooLarge(payloadBytes, maxBytes));
    return new Promise((resolve, reject) => {
      openBatch().push({ parts, bytes, resolve, reject });
    });
  };
}

const bytesOf = (append: Append | undefined) => append?.bytes ?? 0;

function tooLarge(payloadBytes: number, maxBytes: number): SpoolFault {
  const message = `a record of ${payloadBytes} B does not fit a spool of ${maxBytes} B`;
  return new SpoolFault("RECORD_TOO_LARGE", message, false);
}
