import { describe, expect, test } from "vitest";
import {
  makePlan,
  type OpenDispatch,
  withDispatches,
} from "../../../src/domain/dispatch/asset-plan.ts";
import type { AssetState } from "../../../src/domain/dispatch/asset-state.ts";
import { LONGEST_DURATION_S } from "../../../src/domain/dispatch/request.ts";
import { wholeDispatchDecision } from "../../support/decide.ts";
import { NOW_MS } from "../../support/refused-cases.ts";
import { compareWithBruteForce } from "../../support/refused-numbers.ts";
import { ASSET, DT_S, LINEAR } from "../../support/tick-tables.ts";

describe("the numbers of a refusal", () => {
  test("are accepted, and the largest that are, also where a smaller one is refused", () => {
    const found = compareWithBruteForce(7, 60, 200);
    expect(found.refused).toEqual([]);
    expect(found.notMonotone).toBeGreaterThan(5);
    expect(found.notLargest.length / found.values, found.notLargest.join("\n")).toBeLessThan(0.02);
  });

  // Row 1.2 of the faults that were found: a shorter or weaker charge breaks a later promise that a stronger one keeps.
  test("name what fits where less does not", () => {
    const state: AssetState = {
      ...{
        asset: ASSET,
        ...LINEAR,
        socMwhr: 18,
        currentMw: 0,
        tick: NOW_MS / DT_S / 1000,
        dtS: DT_S,
      },
      plan: withDispatches(makePlan([]), [
        dispatch("charge", -13, 60, 3660, "curtail"),
        dispatch("discharge", 28, 3660, 7200, "refuse"),
      ]),
    };
    const request = { assetId: ASSET.id, mw: -25, durationS: 3480, startAtMs: NOW_MS + 60_000 };
    const decision = wholeDispatchDecision(state, request, NOW_MS);
    expect(decision).toMatchObject({ accepted: false });
    if (decision.accepted) return;
    const { highestMw = 0, longestDurationS = 0 } = decision.refusal;
    expect(highestMw).toBeLessThan(-14);
    expect(longestDurationS).toBeGreaterThan(0);
    for (const change of [{ mw: highestMw }, { durationS: longestDurationS }])
      expect(wholeDispatchDecision(state, { ...request, ...change }, NOW_MS)).toMatchObject({
        accepted: true,
      });
  });

  test("reach the longest duration of all, also where the start lies between two ticks", () => {
    const state: AssetState = {
      ...{ asset: ASSET, ...LINEAR, socMwhr: 12, currentMw: 0 },
      ...{ tick: NOW_MS / DT_S / 1000, dtS: DT_S },
      plan: withDispatches(makePlan([]), [dispatch("promise", 20, 3600, 4500, "refuse")]),
    };
    for (const afterMs of [0, 1000, 2500, 3999]) {
      const request = {
        ...{ assetId: ASSET.id, mw: 16, durationS: null, startAtMs: NOW_MS + 60_000 + afterMs },
        onShortfall: "curtail" as const,
      };
      const decision = wholeDispatchDecision(state, request, NOW_MS);
      if (decision.accepted) throw new Error("the promise is kept");
      const { longestDurationS = 0 } = decision.refusal;
      const larger = [1, 2, 3, 4, 5, Infinity].map((s) => longestDurationS + s);
      const accepted = larger
        .map((s) => Math.min(s, LONGEST_DURATION_S))
        .filter((durationS) => durationS > longestDurationS)
        .filter(
          (durationS) => wholeDispatchDecision(state, { ...request, durationS }, NOW_MS).accepted,
        );
      expect([afterMs, accepted]).toEqual([afterMs, []]);
    }
  });

  test("lie on the grid of the direction of the request", () => {
    const asset = { ...ASSET, minMw: -0.5, maxMw: 30, capacityMwhr: 0.4 };
    const state: AssetState = {
      ...{ asset, ...LINEAR, plan: makePlan([]), socMwhr: 0.2, currentMw: 0 },
      ...{ tick: NOW_MS / DT_S / 1000, dtS: DT_S },
    };
    const highest = (mw: number) => {
      const request = { assetId: asset.id, mw, durationS: 3600 };
      const decision = wholeDispatchDecision(state, request, NOW_MS);
      return decision.accepted ? undefined : decision.refusal.highestMw;
    };
    expect(highest(30)).toBe(0.18);
    expect(highest(-0.5)).toBe(-0.217);
  });
});

function dispatch(
  id: string,
  mw: number,
  fromS: number,
  untilS: number,
  onShortfall: "refuse" | "curtail",
): OpenDispatch {
  return {
    ...{ id, scheduleId: null, mw, onShortfall, validForS: null, leaseUntilMs: null },
    ...{ startMs: NOW_MS + fromS * 1000, endMs: NOW_MS + untilS * 1000, status: "accepted" },
  };
}
