// What the times for which a dispatch holds its asset demand, as a change ends or begins them.
import type { Advanced, Span } from "../../domain/dispatch/asset-plan.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import { demandMwhr } from "../../domain/dispatch/demand.ts";
import type { Dispatch, Hold } from "../../domain/dispatch/dispatch.ts";
import { tickFrom } from "../../domain/time/grid.ts";

/** Which dispatches are in force when, from the last tick on: as a change of a plan says, or since now. */
export function spansOf({ plan, holds }: Advanced, instantMs: number): readonly Span[] {
  return holds ?? [{ id: plan.inForceId, fromMs: instantMs, untilMs: Infinity }];
}

/**
 * How a dispatch holds its asset after a change, and what it demanded over the times of holding that end with it.
 *
 * @param spans From the end of the last tick on, in order.
 */
export function holdAfter(
  state: Pick<AssetState, "asset" | "model" | "dtS" | "currentMw">,
  { id, mw, heldFromMs, heldFromMw }: Dispatch,
  spans: readonly Span[],
): Pick<Hold, "since" | "demandedMwhr"> {
  const { dtS, currentMw } = state;
  const lastMs = spans[0]?.fromMs ?? 0;
  const own = spans.filter((span) => span.id === id);
  if (heldFromMs !== null) {
    const continues = own[0]?.fromMs === lastMs;
    own.splice(0, continues ? 1 : 0, {
      ...{ id, fromMs: heldFromMs, untilMs: (continues && own[0]?.untilMs) || lastMs },
    });
  }
  let demandedMwhr = 0;
  for (const [n, { fromMs, untilMs }] of own.entries()) {
    const powerMw = n === 0 ? (heldFromMw ?? currentMw) : currentMw;
    if (untilMs === Infinity) return { since: { fromMs, powerMw }, demandedMwhr };
    const ticks = tickFrom(untilMs, dtS) - tickFrom(fromMs, dtS);
    demandedMwhr += demandMwhr(state, mw, powerMw, ticks);
  }
  return { since: null, demandedMwhr };
}
