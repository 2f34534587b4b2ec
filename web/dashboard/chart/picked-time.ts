// A range of time as typed into the fields of a form, on the clock of a zone.
import { instantsOf } from "../text/zone.ts";
import { type Bounds, LONGEST_S, latestMs } from "./span.ts";

export type PickedTime =
  | { readonly bounds: Bounds }
  | { readonly field: "from" | "until"; readonly fault: "none" | "order" | "length" | "ahead" };

/** The range that two texts name: the widest, where the clock reads so twice. Else what is wrong, and in which field. */
export function pickedTime(
  from: string,
  until: string,
  timeZone: string,
  nowMs: number,
): PickedTime {
  const fromMs = instantsOf(from, timeZone)[0];
  const untilMs = instantsOf(until, timeZone).at(-1);
  if (fromMs === undefined) return { field: "from", fault: "none" };
  if (untilMs === undefined) return { field: "until", fault: "none" };
  if (untilMs <= fromMs) return { field: "until", fault: "order" };
  if (untilMs - fromMs > LONGEST_S * 1000) return { field: "from", fault: "length" };
  if (untilMs > latestMs(nowMs)) return { field: "until", fault: "ahead" };
  return { bounds: { fromMs, untilMs } };
}
