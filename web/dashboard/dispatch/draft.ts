// The draft of a dispatch as typed into the form, and its request.
import type { DispatchInput, ShortfallPolicy } from "../api/operations.ts";
import { type InstantDraft, NO_INSTANT, readInstant } from "../text/instant.ts";
import { fieldText, readNumber } from "../text/number.ts";
import { words } from "../text/words.ts";

export type DurationUnit = "min" | "h";
/** Seconds of each unit. */
export const UNIT_S: Readonly<Record<DurationUnit, number>> = { min: 60, h: 3600 };

export interface Draft {
  readonly direction: "charge" | "discharge";
  /** As typed: without a sign. */
  readonly power: string;
  readonly starts: "now" | "at";
  /** Of no meaning while it starts now. */
  readonly start: InstantDraft;
  /** As typed, in the unit; empty: until the next dispatch. */
  readonly duration: string;
  readonly unit: DurationUnit;
  /** As typed, in s; empty: no lease. */
  readonly lease: string;
  /** undefined: refuse where a duration is given, else curtail. */
  readonly onShortfall: ShortfallPolicy | undefined;
}

export const EMPTY_DRAFT: Draft = {
  direction: "discharge",
  power: "",
  starts: "now",
  start: NO_INSTANT,
  duration: "",
  unit: "min",
  lease: "",
  onShortfall: undefined,
};

/** What is requested of one asset or of several, without them. */
export type DraftRequest = Omit<DispatchInput, "assetId">;

/** What is wrong with each field. */
export type DraftErrors = Partial<Record<"power" | "start" | "duration" | "lease", string>>;

export interface ReadDraft {
  /** undefined while a field is wrong. */
  readonly request: DraftRequest | undefined;
  readonly errors: DraftErrors;
}

/** The longest duration and lease that the API takes, in s: a year. */
const LONGEST_S = 366 * 86_400;

type Part<Name extends keyof DraftRequest> = Pick<DraftRequest, Name> | { readonly wrong: string };

/** Reads every field. @param timeZone The zone in which the start is entered. */
export function readDraft(draft: Draft, timeZone: string): ReadDraft {
  const power = readPower(draft);
  const start: Part<"startAt"> = draft.starts === "now" ? {} : startOf(draft.start, timeZone);
  const duration: Part<"durationS"> = draft.duration.trim() === "" ? {} : readDuration(draft);
  const lease: Part<"validForS"> = draft.lease.trim() === "" ? {} : leaseOf(draft.lease);
  const errors: DraftErrors = {
    ...("wrong" in power && { power: power.wrong }),
    ...("wrong" in start && { start: start.wrong }),
    ...("wrong" in duration && { duration: duration.wrong }),
    ...("wrong" in lease && { lease: lease.wrong }),
  };
  if ("wrong" in power || "wrong" in start || "wrong" in duration || "wrong" in lease)
    return { request: undefined, errors };
  const { onShortfall } = draft;
  const policy = onShortfall === undefined ? {} : { onShortfall };
  return { request: { ...power, ...start, ...duration, ...lease, ...policy }, errors };
}

/** Errors of fields that were typed into: that a field is empty is said once it is sent. */
export function typedErrors(errors: DraftErrors, { power, start, starts }: Draft): DraftErrors {
  const { power: powerError, start: startError, ...others } = errors;
  return {
    ...others,
    ...(powerError !== undefined && power.trim() !== "" && { power: powerError }),
    ...(startError !== undefined && starts === "at" && start.text !== "" && { start: startError }),
  };
}

/** The typed power with the sign of its direction, in MW; or what is wrong. */
export function readPower({ direction, power }: Pick<Draft, "direction" | "power">) {
  const read = readNumber(power);
  if ("wrong" in read) return read;
  if (read.value < 0) return { wrong: words.dispatch.noSign };
  return { mw: direction === "charge" ? 0 - read.value : read.value };
}

/** The policy that holds where none is chosen. */
export function usualPolicy({ duration }: Pick<Draft, "duration">): ShortfallPolicy {
  return duration.trim() === "" ? "CURTAIL" : "REFUSE";
}

/** A duration as a field has it, with no more digits than it takes to mean the same whole seconds. */
export function durationText(durationS: number, unit: DurationUnit): string {
  const value = durationS / UNIT_S[unit];
  for (let digits = 0; digits < 6; digits++) {
    const rounded = Number(value.toFixed(digits));
    if (Math.round(rounded * UNIT_S[unit]) === durationS) return fieldText(rounded);
  }
  return fieldText(value);
}

function startOf(start: InstantDraft, timeZone: string) {
  const read = readInstant(start, timeZone);
  return "wrong" in read ? read : { startAt: new Date(read.ms).toISOString() };
}

function readDuration({ duration, unit }: Pick<Draft, "duration" | "unit">) {
  const read = readNumber(duration, { above: 0, most: LONGEST_S / UNIT_S[unit] });
  if ("wrong" in read) return read;
  const durationS = Math.round(read.value * UNIT_S[unit]);
  return durationS < 1 ? { wrong: words.dispatch.tooShort } : { durationS };
}

function leaseOf(lease: string) {
  const read = readNumber(lease, { least: 1, most: LONGEST_S, isWhole: true });
  return "wrong" in read ? read : { validForS: read.value };
}
