// Counts of the changes of a fleet, for the log and for answers.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Log } from "../../domain/ports/log.ts";

/** How many items of a list were added, changed, retired, or are named no more; an item that runs again is changed. */
export interface ListCounts {
  readonly added: number;
  readonly changed: number;
  readonly retired: number;
  readonly gone: number;
}

export interface FleetCounts {
  readonly sites: ListCounts;
  readonly assets: ListCounts;
}

/** @param find The item of an id as it was before. */
export function countsOf<T extends { readonly id: string; readonly retired?: boolean }>(
  items: readonly T[],
  find: (id: string) => T | undefined,
  gone = 0,
): ListCounts {
  const counts = { added: 0, changed: 0, retired: 0, gone };
  for (const { id, retired } of items) {
    const known = find(id);
    if (retired && !known?.retired) counts.retired++;
    else if (known === undefined) counts.added++;
    else counts.changed++;
  }
  return counts;
}

/** Logs one line for all changes that are in force with the same tick. */
export function logCounts(
  log: Log,
  { assets, sites }: FleetTable,
  counted: readonly FleetCounts[],
): void {
  const sumOf = (list: keyof FleetCounts): ListCounts => {
    const sum = (of: keyof ListCounts) => counted.reduce((all, it) => all + it[list][of], 0);
    const [added, changed] = [sum("added"), sum("changed")];
    return { added, changed, retired: sum("retired"), gone: sum("gone") };
  };
  const text = `the fleet changed: ${assets.length} assets at ${sites.length} sites`;
  log.info({ assets: sumOf("assets"), sites: sumOf("sites") }, text);
}
