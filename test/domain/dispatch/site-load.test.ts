import { describe, expect, test } from "vitest";
import { makePlan, type OpenDispatch } from "../../../src/domain/dispatch/asset-plan.ts";
import type { AssetState } from "../../../src/domain/dispatch/asset-state.ts";
import { planLoad } from "../../../src/domain/dispatch/plan-forecast.ts";
import type { DispatchRequest } from "../../../src/domain/dispatch/request.ts";
import { assetLoad, type SiteLoad } from "../../../src/domain/dispatch/site-load.ts";
import { wholeDispatchDecision } from "../../support/decide.ts";
import { ASSET, DT_S, LINEAR } from "../../support/tick-tables.ts";

const TICK = 1000;
const NOW_MS = TICK * DT_S * 1000;

const dispatch = (
  mw: number,
  fromS: number,
  untilS: number,
  onShortfall: "refuse" | "curtail",
): OpenDispatch => ({
  ...{
    id: `${mw} from ${fromS}`,
    scheduleId: null,
    mw,
    onShortfall,
    validForS: null,
    leaseUntilMs: null,
  },
  ...{ startMs: NOW_MS + fromS * 1000, endMs: NOW_MS + untilS * 1000, status: "accepted" },
});
const stateWith = (...open: OpenDispatch[]): AssetState => ({
  ...{ asset: ASSET, ...LINEAR, plan: makePlan(open), socMwhr: 18, currentMw: 0 },
  ...{ tick: TICK, dtS: DT_S },
});
const siteOf = (
  limits: { maxExportMw?: number; maxImportMw?: number },
  ...open: OpenDispatch[]
): SiteLoad => ({
  ...{ name: "S", maxExportMw: Infinity, maxImportMw: Infinity, ...limits },
  others: planLoad(stateWith(...open)),
});
const decide = (site: SiteLoad, request: Partial<DispatchRequest>, ...open: OpenDispatch[]) =>
  wholeDispatchDecision(
    { ...stateWith(...open), site },
    { assetId: ASSET.id, mw: 8, durationS: 600, ...request },
    NOW_MS,
  );

describe("the load of an asset", () => {
  test("has a setpoint until its ramp out is done", () => {
    const parts = [
      { id: "a", mw: 10, ticks: 5, promised: true },
      { id: "b", mw: 4, ticks: 5, promised: false },
      { id: "c", mw: -3, ticks: 5, promised: false },
      { id: null, mw: 0, ticks: Infinity, promised: false },
    ];
    const load = assetLoad(parts, 100, 10, 2);
    expect(load).toEqual([
      { tick: 100, outMw: 10, inMw: 0, promises: 1 },
      // 10 to 4 in steps of 2: above 4 for two ticks.
      { tick: 105, outMw: 10, inMw: 0, promises: 0 },
      { tick: 107, outMw: 4, inMw: 0, promises: 0 },
      { tick: 110, outMw: 4, inMw: 3, promises: 0 },
      { tick: 111, outMw: 0, inMw: 3, promises: 0 },
      { tick: 115, outMw: 0, inMw: 3, promises: 0 },
      { tick: 116, outMw: 0, inMw: 0, promises: 0 },
    ]);
  });

  test("has the power that is ramped out now", () => {
    const rest = [{ id: null, mw: 0, ticks: Infinity, promised: false }];
    expect(assetLoad(rest, 100, -6, 2)).toEqual([
      { tick: 100, outMw: 0, inMw: 6, promises: 0 },
      { tick: 102, outMw: 0, inMw: 0, promises: 0 },
    ]);
  });
});

describe("a request behind a meter with limits", () => {
  test("is refused where its own promise would exceed them, with what would be accepted", () => {
    const other = dispatch(5, 300, 900, "curtail");
    const refused = decide(siteOf({ maxExportMw: 10 }, other), {});
    expect(refused).toMatchObject({
      accepted: false,
      refusal: {
        code: "POWER_OUT_OF_LIMITS",
        limitedBy: "site",
        highestMw: 5,
        longestDurationS: 300,
      },
      windows: { site: { maxMw: 5 } },
    });
    expect(decide(siteOf({ maxExportMw: 10 }, other), { mw: 5 })).toMatchObject({ accepted: true });
    expect(decide(siteOf({ maxExportMw: 10 }, other), { durationS: 300 })).toMatchObject({
      accepted: true,
    });
  });

  test("of either policy is refused where another's promise would be cut, and accepted beside it", () => {
    const site = siteOf({ maxExportMw: 10 }, dispatch(5, 300, 900, "refuse"));
    expect(decide(site, { onShortfall: "curtail" })).toMatchObject({
      refusal: { limitedBy: "site", highestMw: 5 },
    });
    expect(decide(site, { onShortfall: "curtail", durationS: 200 })).toMatchObject({
      accepted: true,
    });
    expect(decide(site, { onShortfall: "curtail", durationS: 300 })).toMatchObject({
      accepted: false,
    });
  });

  test("does not gain from what charges at the same time", () => {
    const site = siteOf({ maxExportMw: 6 }, dispatch(-20, 0, 900, "curtail"));
    expect(decide(site, {})).toMatchObject({ refusal: { limitedBy: "site", highestMw: 6 } });
    expect(decide(site, { mw: -8 })).toMatchObject({ accepted: true });
  });

  test("may stop, and hold no more than before, where the limits are exceeded already", () => {
    const other = dispatch(12, 0, 900, "refuse");
    const site = siteOf({ maxExportMw: 10 }, other);
    const own = dispatch(4, 0, 900, "curtail");
    const curtail = { onShortfall: "curtail" } as const;
    expect(decide(site, { mw: 0 }, own)).toMatchObject({ accepted: true });
    expect(decide(site, { mw: 3, ...curtail }, own)).toMatchObject({ accepted: true });
    expect(decide(site, { mw: 5, ...curtail }, own)).toMatchObject({ accepted: false });
    expect(decide(site, { mw: 3 }, own)).toMatchObject({ accepted: false });
  });

  test("is cut by the site, and accepted, where nothing is promised", () => {
    const site = siteOf({ maxExportMw: 10 }, dispatch(5, 0, 900, "curtail"));
    expect(decide(site, { mw: 20, onShortfall: "curtail" })).toMatchObject({
      accepted: true,
      windows: { site: { minMw: -30, maxMw: 30 } },
    });
  });
});
