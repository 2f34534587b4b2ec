// The destination of log lines: a file descriptor whose reader may be slow or gone; no caller ever waits for it.
import { writeSync } from "node:fs";

/** Bytes that are buffered for a slow reader; beyond them, newer lines are dropped. */
const MOST_WAITING = 2 ** 20;
/** The time until a full pipe is tried again, in ms. */
const RETRY_MS = 50;
/** The codes of a pipe without a reader, and of a closed terminal. */
const GONE = new Set(["EPIPE", "EIO", "EBADF", "ECONNRESET"]);

export interface Destination {
  /** Never throws and never waits. */
  write(line: string): void;
  /** Writes the buffered lines, as far as the file descriptor accepts them at once. */
  flush(): void;
}

/**
 * Sonic-boom, which pino would use, tries for ever to write what is left when the process exits, also into a pipe
 * without a reader, so that the process does not end. Pipes are taken to be non-blocking, as `process.stdout` makes
 * them.
 */
export function createDestination(fd: number, nowMs: () => number): Destination {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let isGone = false;
  let retry: NodeJS.Timeout | undefined;

  function buffer(line: string): void {
    const bytes = Buffer.from(line);
    waiting.push(bytes);
    waitingBytes += bytes.length;
  }

  function flush(): void {
    while (waitingBytes > 0 && !isGone) {
      const all = Buffer.concat(waiting);
      let written = 0;
      try {
        written = writeSync(fd, all);
      } catch (error) {
        const { code = "" } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") {
          wait();
          return;
        }
        isGone = GONE.has(code);
        // A full disk may have free space again later.
        dropped += waiting.length;
        written = all.length;
      }
      waitingBytes = all.length - written;
      waiting = waitingBytes > 0 ? [all.subarray(written)] : [];
    }
  }

  function wait(): void {
    retry ??= setTimeout(() => {
      retry = undefined;
      flush();
    }, RETRY_MS).unref();
  }

  return {
    write(line) {
      if (isGone) return;
      if (waitingBytes + line.length > MOST_WAITING) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        buffer(droppedLine(dropped, nowMs()));
        dropped = 0;
      }
      buffer(line);
      if (retry === undefined) flush();
    },
    flush,
  };
}

/** A line of the log, as pino writes a warning, with the number of lines that are missing from it. */
function droppedLine(count: number, time: number): string {
  const msg = `${count} lines of the log were dropped: its reader did not take them, or its disk is full`;
  return `${JSON.stringify({ level: 40, time, dropped: count, msg })}\n`;
}
