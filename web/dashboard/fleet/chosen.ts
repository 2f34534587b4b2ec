// The assets that are chosen in the table, and their form in the address.
import type { FleetAsset } from "../live/asset-list.ts";
import type { Row } from "./rows.ts";

/** Ids that the address takes: with more it would be too long for mails and chats. */
export const MOST_IN_ADDRESS = 40;

/** In the address: what is chosen is in memory. */
export const IN_MEMORY = "memory";

export type Chosen = ReadonlySet<string>;

/** What an address chooses. @param memory What was too much for it. */
export function chosenOf(param: string | undefined, memory: Chosen): Chosen {
  if (param === IN_MEMORY) return memory;
  return new Set((param ?? "").split(",").filter((id) => id !== ""));
}

/** The parameter of a choice; undefined where nothing is chosen. */
export function chosenParam(chosen: Chosen): string | undefined {
  if (chosen.size === 0) return undefined;
  return chosen.size > MOST_IN_ADDRESS ? IN_MEMORY : [...chosen].join();
}

/** A choice with some assets put into it, or taken out of it. */
export function withChosen(chosen: Chosen, ids: readonly string[], isChosen: boolean): Chosen {
  const next = new Set(chosen);
  for (const id of ids) isChosen ? next.add(id) : next.delete(id);
  return next;
}

/** The places of the assets in the rows from one asset to another one, both included; the last alone where the first has no row. */
export function rangeOf(rows: readonly Row[], from: number | undefined, to: number): number[] {
  const [a, b] = [from === undefined ? -1 : rows.indexOf(from), rows.indexOf(to)];
  if (a < 0 || b < 0) return [to];
  return placesIn(rows.slice(Math.min(a, b), Math.max(a, b) + 1));
}

/** The places of the assets in some rows. */
export const placesIn = (rows: readonly Row[]): number[] =>
  rows.filter((row): row is number => typeof row === "number");

/** The chosen assets that there are, in the order of the fleet. */
export const chosenAssets = (assets: readonly FleetAsset[], chosen: Chosen): FleetAsset[] =>
  chosen.size === 0 ? [] : assets.filter(({ id }) => chosen.has(id));
