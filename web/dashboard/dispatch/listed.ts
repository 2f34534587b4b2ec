// The dispatches of an asset as lists: those that are open, the next first, and those that ended, the last first.
import type {
  DispatchBaseFragment,
  DispatchPartsFragment,
  DispatchStatus,
} from "../api/operations.ts";

export type DispatchItem = DispatchPartsFragment;

export const ENDED_STATUSES = [
  "COMPLETED",
  "SUPERSEDED",
  "CANCELLED",
  "EXPIRED",
  "FAILED",
] as const satisfies readonly DispatchStatus[];

export const isOpen = ({ status }: Pick<DispatchItem, "status">) =>
  status === "ACCEPTED" || status === "ACTIVE";

/** A dispatch that waits, whose only event is that of its acceptance. */
export function waitingItem(base: DispatchBaseFragment): DispatchItem {
  return { ...base, events: [{ timestamp: base.submittedAt, to: "ACCEPTED", reason: null }] };
}

/** Known dispatches with others that were read or announced: a status never goes back, whatever comes late. */
export function merged(
  known: readonly DispatchItem[],
  others: readonly DispatchItem[],
): readonly DispatchItem[] {
  const byId = new Map(known.map((item) => [item.id, item]));
  for (const item of others) {
    const before = byId.get(item.id);
    if (before === undefined || rank(before) <= rank(item)) byId.set(item.id, item);
  }
  return [...byId.values()];
}

const rank = ({ status }: DispatchItem) =>
  status === "ACCEPTED" ? 0 : status === "ACTIVE" ? 1 : 2;

/** Open dispatches: those that hold the asset, then the one that begins next. */
export function openOf(list: readonly DispatchItem[]): readonly DispatchItem[] {
  return list
    .filter(isOpen)
    .sort((a, b) => rank(b) - rank(a) || compare(a.startAt, b.startAt) || newerFirst(a, b));
}

/** Dispatches that ended, in the order of the API: the one that was accepted last first. */
export function endedOf(list: readonly DispatchItem[]): readonly DispatchItem[] {
  return list
    .filter((item) => !isOpen(item))
    .sort((a, b) => newerFirst(a, b) || compare(b.startAt, a.startAt));
}

const newerFirst = (a: DispatchItem, b: DispatchItem) => compare(b.submittedAt, a.submittedAt);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
