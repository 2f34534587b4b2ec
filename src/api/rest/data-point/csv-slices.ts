// The bytes of a CSV in slices, each in a turn of its own, up to a line with other cells than the first: the library that
// reads them makes every cell of a line before it hands the line out, is slow to find that lines differ, and goes on by
// itself while no line ends.
import type { WorkTurns } from "../../../services/work-turns.ts";
import { type Problem, problem } from "../../transport/problem.ts";

const SLICE_BYTES = 16_384;
/** Cells of a line: ten times those there are columns. */
const MOST_CELLS = 64;
/** Lines, empty ones too. */
const MOST_LINES = 2_000_000;
/** The first line ends within these bytes. */
const FIRST_LINE_BYTES = 2 ** 20;

const [LF, CR, QUOTE] = [10, 13, 34];
const BLANKS: ReadonlySet<number> = new Set([9, LF, 12, CR, 32]);

type LineEnd = "\n" | "\r\n" | "\r";

export interface CsvSlices {
  /** What ends each line: what ends the first one. */
  readonly lineEnd: LineEnd;
  readonly slices: AsyncIterable<Uint8Array>;
  /** Why the slices ended before the bytes did. */
  refused(): Problem | undefined;
}

export function csvSlices(bytes: Uint8Array, separator: string, turns: WorkTurns): CsvSlices {
  const lineEnd = lineEndOf(bytes);
  const counter = createCounter(bytes, separator.charCodeAt(0), lineEnd);
  let refused: Problem | undefined;

  async function* slices() {
    for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
      await turns.next("begin");
      const end = Math.min(start + SLICE_BYTES, bytes.length);
      const counted = counter.count(start, end);
      if (typeof counted === "object") {
        refused = counted;
        return;
      }
      yield bytes.subarray(start, counted);
      if (counted < end) return;
    }
  }

  return { lineEnd, slices: slices(), refused: () => refused };
}

function lineEndOf(bytes: Uint8Array): LineEnd {
  let isQuoted = false;
  for (let n = 0; n < Math.min(bytes.length, FIRST_LINE_BYTES); n++) {
    const byte = bytes[n];
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (byte === LF) return "\n";
    if (byte === CR) return bytes[n + 1] === LF ? "\r\n" : "\r";
  }
  return "\n";
}

/** Counts cells and lines as the library does that reads them: what stands between quotes is one cell. */
function createCounter(bytes: Uint8Array, separator: number, lineEnd: LineEnd) {
  const last = lineEnd === "\r" ? CR : LF;
  let isQuoted = false;
  let isBlank = true;
  let cells = 1;
  let lines = 0;
  let firstCells: number | undefined;
  /** Lines that are not empty; the first one names the columns. */
  let row = 0;
  const isLineEnd = (byte: number, n: number) =>
    byte === last && (lineEnd !== "\r\n" || bytes[n - 1] === CR);

  return {
    /** Where to stop: at the end, or after a line that differs from the first. Or why the CSV is refused. */
    count(start: number, end: number): number | Problem {
      for (let n = start; n < end; n++) {
        const byte = bytes[n] as number;
        if (byte === QUOTE) isQuoted = !isQuoted;
        if (isQuoted) continue;
        if (byte === separator) {
          if (++cells > MOST_CELLS) return tooManyCells(row);
        } else if (isLineEnd(byte, n)) {
          if (++lines > MOST_LINES) return TOO_MANY_LINES;
          const hasCells = !isBlank || cells > 1;
          if (hasCells && row++ > 0 && cells !== firstCells) return n + 1;
          if (hasCells) firstCells ??= cells;
          cells = 1;
          isBlank = true;
          continue;
        }
        if (isBlank && !BLANKS.has(byte)) isBlank = false;
      }
      return end;
    },
  };
}

const TOO_MANY_LINES = problem(
  "TOO_MANY_VALUES",
  `a CSV may have ${MOST_LINES} lines, empty ones too: send less`,
);

/** @param row From 1 on; 0: it is the line of the names. */
function tooManyCells(row: number): Problem {
  const line = row === 0 ? "the first line" : `row ${row}`;
  return problem(
    "BAD_INPUT",
    `${line} may have ${MOST_CELLS} cells: name the columns that are read`,
    {
      ...(row > 0 && { row }),
    },
  );
}
