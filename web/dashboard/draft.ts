// What a person typed into the form of a dispatch, and the request that it stands for.
import type { DispatchInput } from "./operations.ts";

export interface Draft {
  readonly direction: "charge" | "discharge";
  /** As typed: without a sign. */
  readonly power: string;
  /** As typed; empty: until the next dispatch. */
  readonly minutes: string;
}

export const EMPTY_DRAFT: Draft = { direction: "discharge", power: "", minutes: "" };

/** The request of a draft; undefined as long as it is none. */
export function inputOf(assetId: string, draft: Draft): DispatchInput | undefined {
  const mw = signedMw(draft);
  if (mw === undefined) return undefined;
  if (draft.minutes.trim() === "") return { assetId, mw };
  const minutes = numberOf(draft.minutes);
  if (minutes === undefined || minutes <= 0) return undefined;
  return { assetId, mw, durationS: Math.round(minutes * 60) };
}

/** The power that was typed with the sign of its direction, in MW; undefined as long as it is none. */
export function signedMw({ direction, power }: Pick<Draft, "direction" | "power">) {
  const mw = numberOf(power);
  if (mw === undefined || mw < 0) return undefined;
  return direction === "charge" ? 0 - mw : mw;
}

/** Takes a comma too, as many write it. */
function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(value) ? undefined : value;
}
