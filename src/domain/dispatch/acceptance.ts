// What an accepted request becomes.

import type { ShortfallPolicy } from "./asset-plan.ts";
import type { DispatchDecision } from "./decision.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Shortfall } from "./energy-check.ts";
import type { Interval } from "./schedule-decision.ts";

/** What a request and its decision do not say. */
export interface Acceptance {
  readonly id: string;
  readonly assetId: string;
  readonly requestId: string | null;
  readonly submittedAtMs: number;
}

/** The dispatch that a decision accepted. */
export function acceptedDispatch(
  acceptance: Acceptance,
  requested: { readonly durationS: number | null; readonly validForS?: number | undefined },
  decision: Extract<DispatchDecision, { accepted: true }>,
): Dispatch {
  const { mw, startMs, endMs, leaseUntilMs, onShortfall, windows, shortfall } = decision;
  return fresh(acceptance, {
    scheduleId: null,
    mw,
    durationS: requested.durationS,
    startMs,
    endMs,
    validForS: requested.validForS ?? null,
    leaseUntilMs,
    onShortfall,
    rationale: { windows, shortfall },
  });
}

/** An interval of a schedule that was accepted. */
export function acceptedInterval(
  acceptance: Acceptance,
  scheduleId: string,
  { fromMs, untilMs, mw }: Interval,
  onShortfall: ShortfallPolicy,
  shortfall: Shortfall | null,
): Dispatch {
  return fresh(acceptance, {
    scheduleId,
    mw,
    durationS: Math.ceil((untilMs - fromMs) / 1000),
    startMs: fromMs,
    endMs: untilMs,
    validForS: null,
    leaseUntilMs: null,
    onShortfall,
    rationale: { windows: null, shortfall },
  });
}

/** What is decided of a dispatch, beside its acceptance. */
type Decided = Omit<
  Dispatch,
  keyof Acceptance | "status" | "reason" | "endedAtMs" | "deliveredMwhr" | "heldFromMwhr"
>;

/** A dispatch to which nothing happened yet. Each field by its name: to spread this many takes 20 times as long. */
function fresh(acceptance: Acceptance, decided: Decided): Dispatch {
  return {
    id: acceptance.id,
    assetId: acceptance.assetId,
    scheduleId: decided.scheduleId,
    mw: decided.mw,
    durationS: decided.durationS,
    startMs: decided.startMs,
    endMs: decided.endMs,
    validForS: decided.validForS,
    onShortfall: decided.onShortfall,
    requestId: acceptance.requestId,
    submittedAtMs: acceptance.submittedAtMs,
    rationale: decided.rationale,
    status: "accepted",
    reason: null,
    leaseUntilMs: decided.leaseUntilMs,
    endedAtMs: null,
    deliveredMwhr: 0,
    heldFromMwhr: null,
  };
}
