// The words of one dispatch: its name, its window, what it delivered, and what a change did.
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { DispatchItem } from "./listed.ts";

/** Names a dispatch in a sentence: its power and its start. */
export function nameOf({ mw, startAt }: DispatchItem): string {
  return words.dispatch.name(formats.signedPower(mw), formats.moment(Date.parse(startAt)));
}

/** What a renewal did. */
export function renewedWords(dispatch: DispatchItem): string {
  const { leaseUntil } = dispatch;
  if (leaseUntil === null) return words.dispatch.renewed(nameOf(dispatch), "");
  return words.dispatch.renewed(nameOf(dispatch), formats.moment(Date.parse(leaseUntil)));
}

export function deliveredWords({ deliveredMwhr }: DispatchItem): string {
  const energy = formats.energy(Math.abs(deliveredMwhr));
  return deliveredMwhr < 0 ? words.dispatch.drawn(energy) : words.dispatch.delivered(energy);
}

export function windowWords({ startAt, durationS, endAt }: DispatchItem): string {
  const start = formats.moment(Date.parse(startAt));
  if (durationS !== null) return words.dispatch.forLength(start, formats.duration(durationS));
  if (endAt !== null) return words.dispatch.fromTo(start, formats.time(Date.parse(endAt)));
  return words.dispatch.untilNext(start);
}

/** What the cancel of a dispatch did. */
export function cancelledWords(before: DispatchItem, { endedAt, ...after }: DispatchItem): string {
  const name = nameOf(before);
  if (before.status !== "ACTIVE" || endedAt === null) return words.dispatch.cancelledWaiting(name);
  const end = formats.moment(Date.parse(endedAt));
  return words.dispatch.cancelledRunning(name, end, deliveredWords({ endedAt, ...after }));
}
