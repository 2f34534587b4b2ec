// A bar of a timeline as a sentence.
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import type { Bar } from "./timeline-bars.ts";

/** @param hasName Whether the name of its asset stands before. */
export function dispatchWords({ dispatch, fromMs, untilMs, isEndless }: Bar, hasName: boolean) {
  const { mw, status, asset, shortfall } = dispatch;
  const start = formats.moment(fromMs);
  const time = isEndless
    ? words.dispatch.untilNext(start)
    : words.dispatch.fromTo(start, formats.time(untilMs));
  const risk = shortfall === null ? "" : `, ${words.timeline.short}`;
  const what = `${formats.signedPower(mw)}, ${time}, ${termOf(status)}${risk}`;
  return hasName ? `${asset.name}: ${what}` : what;
}
