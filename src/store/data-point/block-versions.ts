// Rows of a block as versions, with a withdrawal at each instant of which it hid values.
import { forEachValue } from "./block-cells.ts";
import type { BlockRow } from "./block-rows.ts";
import { type Layer, windowsOf } from "./block-windows.ts";
import type { OrderedVersion } from "./version-range.ts";

/** In slices, one after the other by instant, of any order in each. @param rows All that were written of one block, oldest first. */
export function* versionsOfBlock(rows: readonly BlockRow[]): Generator<readonly OrderedVersion[]> {
  for (const layers of windowsOf(rows)) yield layers === undefined ? [] : versionsOf(layers);
}

function versionsOf(layers: readonly Layer[]): OrderedVersion[] {
  const versions: OrderedVersion[] = [];
  const offsets = { original: new Set<number>(), override: new Set<number>() };
  for (const { row, cells } of layers) {
    const [, source, beginMs, , knownMs, recordedMs, expiresAtMs, author] = row;
    const [fromMs, untilMs, sequence, requestId] = [row[12], row[13], row[16], row[17]];
    const origin = { source, knownMs, recordedMs, expiresAtMs, author, sequence, requestId };
    const written = offsets[source];
    if (fromMs !== null && untilMs !== null)
      for (const offsetMs of written)
        if (offsetMs >= fromMs && offsetMs < untilMs)
          versions.push({ atMs: beginMs + offsetMs, content: null, ...origin });
    forEachValue(cells, (offsetMs, content) => {
      written.add(offsetMs);
      versions.push({ atMs: beginMs + offsetMs, content, ...origin });
    });
  }
  return versions;
}
