// The values of a block that a read sees.
import { isInForce } from "../../domain/data-point/version-order.ts";
import type { AsOf, ReadValue } from "../../domain/data-point/write.ts";
import { foldLayers, fromNewestFull } from "./block-fold.ts";
import type { BlockRow } from "./block-rows.ts";
import { type Layer, windowsOf } from "./block-windows.ts";

interface BlockValues {
  readonly rows: readonly BlockRow[];
  readonly asOf: AsOf;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

const ofSource = (rows: readonly BlockRow[], source: ReadValue["source"]) =>
  rows.filter((row) => row[1] === source);

/** The values of one block in the order of their instants, in slices: overrides in force over originals. */
export function* valuesOfBlock(given: BlockValues): Generator<readonly ReadValue[]> {
  const { rows } = given;
  const [originals, overrides] = [ofSource(rows, "original"), ofSource(rows, "override")];
  for (const layers of windowsOf([...fromNewestFull(originals), ...fromNewestFull(overrides)]))
    yield layers === undefined ? [] : mergedOf(given, layers);
}

function mergedOf(given: BlockValues, layers: readonly Layer[]): ReadValue[] {
  const [originals, overrides] = [
    valuesOf(given, layers, "original"),
    valuesOf(given, layers, "override"),
  ];
  if (overrides.length === 0) return originals;
  const merged: ReadValue[] = [];
  let next = 0;
  for (const override of overrides) {
    for (let it = originals[next]; it && it.atMs <= override.atMs; it = originals[++next])
      if (it.atMs < override.atMs) merged.push(it);
    merged.push(override);
  }
  return merged.concat(originals.slice(next));
}

function valuesOf(
  { asOf, nowMs, fromMs, untilMs }: BlockValues,
  layers: readonly Layer[],
  source: ReadValue["source"],
): ReadValue[] {
  const own = layers.filter(({ row }) => row[1] === source);
  const beginMs = own[0]?.row[2];
  if (beginMs === undefined) return [];
  const { offsetsMs, values, origins } = foldLayers(own);
  const found: ReadValue[] = [];
  for (const [n, [knownMs, recordedMs, author, expiresAtMs]] of origins.entries()) {
    const atMs = beginMs + (offsetsMs[n] as number);
    if (atMs < fromMs || atMs >= untilMs || !isInForce(expiresAtMs, asOf, nowMs)) continue;
    found.push({ atMs, content: values[n] as number, source, knownMs, recordedMs, author });
  }
  return found;
}
