// The draft of a dispatch as typed into the form, and its request.
import type { DispatchInput } from "../api/operations.ts";

export interface Draft {
  readonly direction: "charge" | "discharge";
  /** As typed: without a sign. */
  readonly power: string;
  /** As typed; empty: until the next dispatch. */
  readonly minutes: string;
}

export const EMPTY_DRAFT: Draft = { direction: "discharge", power: "", minutes: "" };

/** The request of a draft; undefined while the draft is not valid. */
export function inputOf(assetId: string, draft: Draft): DispatchInput | undefined {
  const mw = signedMw(draft);
  if (mw === undefined) return undefined;
  if (draft.minutes.trim() === "") return { assetId, mw };
  const minutes = numberOf(draft.minutes);
  if (minutes === undefined || minutes <= 0) return undefined;
  return { assetId, mw, durationS: Math.round(minutes * 60) };
}

/** The typed power with the sign of its direction, in MW; undefined while it is not valid. */
export function signedMw({ direction, power }: Pick<Draft, "direction" | "power">) {
  const mw = numberOf(power);
  if (mw === undefined || mw < 0) return undefined;
  return direction === "charge" ? 0 - mw : mw;
}

/** Reads a number, also with a decimal comma. */
function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(value) ? undefined : value;
}
