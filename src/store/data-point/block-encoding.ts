// Numbers of a write as rows: one a block and some thousand values, as a step each where most steps have one, else with offsets.
import { blockBegin } from "../../domain/data-point/block.ts";
import type { DataPointSource } from "../../domain/data-point/data-point.ts";
import type { PointValue, PointWrite } from "../../domain/data-point/write.ts";

/** What all rows of a write have. */
export interface WriteStamp {
  readonly sequence: number;
  readonly recordedMs: number;
  readonly requestId: string | null;
}

/** How a path is kept. */
export interface BlockShape {
  readonly blockMs: number;
  /** Its resolution; undefined: irregular. */
  readonly stepMs: number | undefined;
}

/** Values of one row at most: a long block has several rows of one write. */
export const ROW_VALUES = 5_000;

/** Numbers of one block by their offsets, which rise. */
interface BlockCells {
  readonly beginMs: number;
  /** The place of the row among those of the write in the block, and whether it is the only one. */
  readonly part: number;
  readonly isOnly: boolean;
  readonly offsetsMs: readonly number[];
  readonly values: readonly number[];
}

interface EncodedCells {
  readonly firstMs: number | null;
  readonly stepMs: number | null;
  readonly offsetsMs: string | null;
  readonly values: string;
}

/** The place of each value in what is sent; null where a step has none. */
type Placed = readonly (number | null)[];

/** A row that is to be inserted: numbers of a write, or what many writes left. */
export interface BlockInsert extends WriteStamp, EncodedCells {
  readonly path: string;
  readonly source: DataPointSource;
  readonly beginMs: number;
  readonly knownMs: number;
  readonly expiresAtMs: number | null;
  readonly author: string;
  readonly isFull: boolean;
  readonly isDerived: boolean;
  readonly withdrawnFromMs: null;
  readonly withdrawnUntilMs: null;
  readonly origins: unknown;
  readonly originPlaces: string | null;
}

/**
 * The rows of a write; those of one block have sequences that follow one another. One without gaps may hide all older
 * ones, where it is the only one of its block: the database knows whether it does.
 */
export function* blockRows(
  write: PointWrite,
  stamp: WriteStamp,
  shape: BlockShape,
): Generator<BlockInsert> {
  const { path, source, knownMs, expiresAtMs, author } = write;
  for (const cells of blocksOf(write.values, shape.blockMs)) {
    const encoded = encodeCells(cells, shape.stepMs);
    const spanMs = (cells.offsetsMs.at(-1) ?? 0) - (cells.offsetsMs[0] ?? 0);
    const isWhole =
      encoded.stepMs !== null && spanMs === (cells.values.length - 1) * encoded.stepMs;
    yield {
      ...{ path, source, knownMs, expiresAtMs, author, ...stamp, ...encoded },
      sequence: stamp.sequence + cells.part,
      ...{ beginMs: cells.beginMs, isFull: isWhole && cells.isOnly, isDerived: false },
      ...{ withdrawnFromMs: null, withdrawnUntilMs: null, origins: null, originPlaces: null },
    };
  }
}

function* blocksOf(values: readonly PointValue[], blockMs: number): Generator<BlockCells> {
  let [beginMs, part] = [Number.NaN, 0];
  let offsetsMs: number[] = [];
  let numbers: number[] = [];
  for (const { atMs, content } of values) {
    const begin = blockBegin(atMs, blockMs);
    const isOther = begin !== beginMs;
    if (isOther || numbers.length === ROW_VALUES) {
      const isOnly = isOther && part === 0;
      if (numbers.length > 0) yield { beginMs, part, isOnly, offsetsMs, values: numbers };
      part = isOther ? 0 : part + 1;
      [beginMs, offsetsMs, numbers] = [begin, [], []];
    }
    offsetsMs.push(atMs - begin);
    numbers.push(content as number);
  }
  const isOnly = part === 0;
  if (numbers.length > 0) yield { beginMs, part, isOnly, offsetsMs, values: numbers };
}

export function encodeCells(
  { offsetsMs, values }: Pick<BlockCells, "offsetsMs" | "values">,
  stepMs: number | undefined,
): EncodedCells {
  const first = offsetsMs[0];
  const last = offsetsMs.at(-1);
  if (first === undefined || last === undefined)
    return { firstMs: null, stepMs: null, offsetsMs: null, values: "{}" };
  const isStepped = stepMs !== undefined && offsetsMs.every((offset) => offset % stepMs === 0);
  const grid = isStepped ? stepMs : null;
  if (grid === null || (last - first) / grid >= 2 * values.length)
    return {
      ...{ firstMs: first, stepMs: grid, offsetsMs: arrayText(offsetsMs) },
      values: arrayText(values),
    };
  const steps: (number | null)[] = Array.from({ length: (last - first) / grid + 1 }, () => null);
  for (const [n, offset] of offsetsMs.entries()) steps[(offset - first) / grid] = values[n] ?? null;
  return { firstMs: first, stepMs: grid, offsetsMs: null, values: arrayText(steps) };
}

/** An array of PostgreSQL. A text of JSON has no -0. */
export function arrayText(cells: Placed): string {
  return `{${cells.map((cell) => (Object.is(cell, -0) ? "-0" : (cell ?? "NULL"))).join(",")}}`;
}
