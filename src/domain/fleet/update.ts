// Application of the fields of an update to a site or an asset.

import { pctOf } from "../base/per-cent.ts";
import type { Asset } from "./asset.ts";
import type { AssetUpdate, ChangeRefusal, Clamp } from "./change.ts";

/** Whether two items have the same fields with the same values. */
export function hasSameFields(one: object, other: object): boolean {
  const [before, after] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return (
    before.length === after.size &&
    before.every(([field, value]) => after.has(field) && Object.is(value, after.get(field)))
  );
}

/** An item with these fields; undefined leaves a field unchanged, null removes it. The item itself where nothing changes. */
export function withFields<T extends object>(item: T, fields: object): T {
  const after = new Map<string, unknown>(Object.entries(item));
  for (const [field, value] of Object.entries(fields))
    if (value === null) after.delete(field);
    else if (value !== undefined) after.set(field, value);
  const next = Object.fromEntries(after);
  return hasSameFields(item, next) ? item : (next as T);
}

/**
 * An asset with the fields of an update. A dependent field that was not given is corrected to its new
 * bounds; where the bounds are invalid, it is unchanged, and `isGiven` shows that it is not at fault.
 */
export function clampedAsset(asset: Asset, update: AssetUpdate) {
  const next = withFields(asset, update);
  const { minMw, maxMw, socMinRatio, socMaxRatio } = next;
  const isFallbackGiven = update.fallbackMw !== undefined;
  const clamps = [
    isFallbackGiven ? undefined : clampOf(next, "fallbackMw", minMw, maxMw),
    clampOf(next, "initialSocPct", pctOf(socMinRatio), pctOf(socMaxRatio)),
  ].filter((clamp) => clamp !== undefined);
  const clamped = Object.fromEntries(clamps.map(({ field, to }) => [field, to]));
  return {
    next: withFields(next, clamped),
    clamps,
    isGiven: (field: ChangeRefusal["field"]) =>
      field !== "initialSocPct" && (field !== "fallbackMw" || isFallbackGiven),
  };
}

function clampOf(
  asset: Asset,
  field: "fallbackMw" | "initialSocPct",
  low: number,
  high: number,
): Clamp | undefined {
  const from = asset[field];
  if (from === undefined || !(low <= high)) return undefined;
  const to = Math.min(Math.max(from, low), high);
  return to === from ? undefined : { assetId: asset.id, field, from, to };
}
