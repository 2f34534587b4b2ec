// Where log lines go: a file descriptor whose reader may be slow, or gone, without anything waiting for it.
import { writeSync } from "node:fs";

/** Bytes that are kept for a slow reader; newer lines are dropped beyond them. */
const MOST_WAITING = 2 ** 20;
/** How soon a full pipe is tried again, in ms. */
const RETRY_MS = 50;
/** The reader of a pipe, or a terminal, that is no longer there. */
const GONE = new Set(["EPIPE", "EIO", "EBADF", "ECONNRESET"]);

export interface Destination {
  /** Never throws and never waits. */
  write(line: string): void;
  /** Writes what waits, as far as it is taken at once. */
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

  function keep(line: string): void {
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
        // A full disk may have room again later.
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
        keep(droppedLine(dropped, nowMs()));
        dropped = 0;
      }
      keep(line);
      if (retry === undefined) flush();
    },
    flush,
  };
}

/** Says in the log itself what is missing from it, as pino writes a warning. */
function droppedLine(count: number, time: number): string {
  const msg = `${count} lines of the log were dropped: its reader did not take them, or its disk is full`;
  return `${JSON.stringify({ level: 40, time, dropped: count, msg })}\n`;
}
