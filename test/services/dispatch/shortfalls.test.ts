// A promise that can no longer be kept says so at once, and a dispatch that ends with less than its setpoints says so.
import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { linearModel } from "../../../src/domain/battery/linear/linear-model.ts";
import type { BatteryModel } from "../../../src/domain/battery/model.ts";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import type { Shortfall } from "../../../src/domain/dispatch/shortfall.ts";
import type { Asset, Site } from "../../../src/domain/fleet/asset.ts";
import { createFleetTable, type FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { type Frame, telemetryAt } from "../../../src/domain/telemetry/frame.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { ASSET, DT_S, givenOf, SITE } from "../../support/tick-tables.ts";

const OTHER = {
  ...ASSET,
  id: `${ASSET.id.slice(0, -1)}2`,
  name: "VALKEAKOSKI-2",
  dataPath: "Asset/VALKEAKOSKI-2",
};
const at = (s: number) => NOW_MS + s * 1000;
const tableWith = (
  asset: Partial<Asset>,
  site: Partial<Site> = {},
  others: readonly Asset[] = [],
) => createFleetTable([{ ...SITE, ...site }], [{ ...ASSET, ...asset }, ...others]);

/** A fleet of which each frame is compared with what the dispatch in force asks for, by a law of its own. */
function observed(table: FleetTable) {
  const fixture = dispatchFixture(undefined, table);
  const { clock, dispatch, fleet, announced } = fixture;

  async function run(untilS: number): Promise<void> {
    while (clock.nowMs() < at(untilS)) {
      clock.advance(Math.min(DT_S * 1000, at(untilS) - clock.nowMs()));
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    }
  }

  async function accepted(input: object, assetId = ASSET.id): Promise<Dispatch> {
    const request = { assetId, mw: 30, durationS: 1800, ...input };
    const result = await dispatch.dispatch(request);
    if (!result.accepted) throw new Error(result.refusal.message);
    return result.dispatch;
  }

  async function reload(next: FleetTable): Promise<void> {
    const changed = fleet.reload(givenOf(next), "file");
    await run((clock.nowMs() - NOW_MS) / 1000 + DT_S);
    expect(await changed).toMatchObject({ accepted: true });
  }

  const found = async ({ id }: Dispatch) => (await dispatch.find(id)) as Dispatch;
  const reports = ({ id }: Dispatch) =>
    announced
      .filter(({ dispatchId, reason }) => dispatchId === id && reason?.startsWith("SHORTFALL"))
      .map(({ atMs, from, to, reason }) => [(atMs - NOW_MS) / 1000, from, to, reason].join(" "));
  return { ...fixture, run, accepted, reload, found, reports };
}

type Observed = ReturnType<typeof observed>;

/** The energy that a power ramps to and holds, from the end of a frame on, in MWh. */
function rampedMwhr(frame: Frame, mw: number, durationS: number, index = 0): number {
  const stepMw = (ASSET.rampRateMwPerMin / 60) * DT_S;
  let [powerMw, sumMwhr] = [frame.currentMw[index] as number, 0];
  for (let tick = 0; tick < durationS / DT_S; tick++) {
    powerMw += Math.max(-stepMw, Math.min(stepMw, mw - powerMw));
    sumMwhr += (powerMw * DT_S) / 3600;
  }
  return sumMwhr;
}

/** Runs a promise to its end, and compares what was expected of it with what became of it. */
async function expectKeptWord(
  fixture: Observed,
  promise: Dispatch,
  expected: Partial<Shortfall>,
): Promise<void> {
  const { shortfall } = await fixture.found(promise);
  expect(shortfall).toMatchObject(expected);
  const endS = ((promise.endMs ?? 0) - NOW_MS) / 1000;
  const startS = (promise.startMs - NOW_MS) / 1000;
  await fixture.run(startS);
  const isUnderWay = fixture.clock.nowMs() > promise.startMs;
  const demandedMwhr = rampedMwhr(fixture.telemetry.latest(), promise.mw, endS - startS);
  await fixture.run(endS);
  const ended = await fixture.found(promise);
  expect(ended).toMatchObject({ status: "completed", reason: "ENDED_SHORT" });
  const missingMwhr = ended.shortfall?.missingMwhr ?? 0;
  expect(missingMwhr).toBeGreaterThan(0.01);
  expect(missingMwhr).toBeCloseTo(shortfall?.missingMwhr ?? 0, 6);
  expect(ended.shortfall).toMatchObject({ ...expected, missingMwhr: expect.any(Number) });
  if (!isUnderWay)
    expect(Math.abs(ended.deliveredMwhr) + missingMwhr).toBeCloseTo(Math.abs(demandedMwhr), 9);
}

const CHARGE = { mw: -10, startAtMs: at(60), durationS: 1800 };
const NEEDS_CHARGE = { mw: 30, startAtMs: at(7200), durationS: 2400 };

describe("a promise that can no longer be kept says so at the instant", () => {
  test("of the cancel of a charge before it, and that it is averted by another one", async () => {
    const fixture = observed(tableWith({}));
    const charge = await fixture.accepted(CHARGE);
    const promise = await fixture.accepted(NEEDS_CHARGE);
    await fixture.run(900);
    expect(await fixture.found(promise)).toMatchObject({ shortfall: null });
    await fixture.dispatch.cancel(charge.id);
    expect(fixture.reports(promise)).toEqual(["900 accepted accepted SHORTFALL_EXPECTED"]);
    expect((await fixture.found(promise)).reason).toBeNull();
    await expectKeptWord(fixture, promise, { reason: "CANCEL", limitedBy: "energy" });
    expect(fixture.dispatch.events.shortfalls()).toEqual({ expected: 1, averted: 0, ended: 1 });
  });

  test("and says when that is averted", async () => {
    const fixture = observed(tableWith({}));
    const charge = await fixture.accepted(CHARGE);
    const promise = await fixture.accepted(NEEDS_CHARGE);
    await fixture.dispatch.cancel(charge.id);
    await fixture.accepted({ ...CHARGE, startAtMs: at(120), mw: -2 });
    expect(fixture.reports(promise)).toHaveLength(1);
    const before = (await fixture.found(promise)).shortfall?.missingMwhr ?? 0;
    expect(before).toBeGreaterThan(0);
    await fixture.accepted({ ...CHARGE, startAtMs: at(2400) });
    expect(fixture.reports(promise)).toEqual([
      "0 accepted accepted SHORTFALL_EXPECTED",
      "0 accepted accepted SHORTFALL_AVERTED",
    ]);
    await fixture.run(9600);
    expect(await fixture.found(promise)).toMatchObject({ reason: "ENDED", shortfall: null });
    expect(fixture.dispatch.events.shortfalls()).toEqual({ expected: 1, averted: 1, ended: 0 });
    expect(fixture.dispatch.events.counts().get("accepted")).toBe(4);
  });

  test("of an emptied schedule", async () => {
    const fixture = observed(tableWith({}));
    const intervals = [{ fromMs: at(60), untilMs: at(1860), mw: -10 }];
    await fixture.dispatch.setSchedule({ assetId: ASSET.id, intervals });
    const promise = await fixture.accepted(NEEDS_CHARGE);
    await fixture.run(900);
    await fixture.dispatch.setSchedule({ assetId: ASSET.id, intervals: [] });
    expect(fixture.reports(promise)).toEqual(["900 accepted accepted SHORTFALL_EXPECTED"]);
    await expectKeptWord(fixture, promise, { reason: "CANCEL", limitedBy: "energy" });
  });

  test("of a lost lease whose fallback drains the battery", async () => {
    const fixture = observed(tableWith({ fallbackMw: 5 }));
    await fixture.accepted({ mw: 1, durationS: 600, validForS: 60 });
    const promise = await fixture.accepted({ startAtMs: at(1200), durationS: 1900 });
    await fixture.run(60);
    expect(fixture.reports(promise)).toEqual(["60 accepted accepted SHORTFALL_EXPECTED"]);
    await expectKeptWord(fixture, promise, { reason: "LEASE", limitedBy: "energy" });
  });

  test("of a lowered capacity", async () => {
    const fixture = observed(tableWith({}));
    const promise = await fixture.accepted({ startAtMs: at(600) });
    await fixture.reload(tableWith({ capacityMwhr: 10 }));
    expect(fixture.reports(promise)).toEqual(["4 accepted accepted SHORTFALL_EXPECTED"]);
    await expectKeptWord(fixture, promise, { reason: "ASSET_CHANGED", limitedBy: "energy" });
  });

  test("of a lowered rating, and that it is averted as that is raised again", async () => {
    const fixture = observed(tableWith({}));
    const promise = await fixture.accepted({ startAtMs: at(600) });
    await fixture.reload(tableWith({ maxMw: 20 }));
    await fixture.reload(tableWith({}));
    expect(fixture.reports(promise).map((line) => line.split(" ").at(-1))).toEqual([
      "SHORTFALL_EXPECTED",
      "SHORTFALL_AVERTED",
    ]);
    await fixture.reload(tableWith({ maxMw: 20 }));
    const fromMs = at(600 + 10 * DT_S);
    await expectKeptWord(fixture, promise, { reason: "ASSET_CHANGED", limitedBy: "power", fromMs });
  });

  test("of a lowered limit of its site, under way too", async () => {
    const fixture = observed(tableWith({}, { maxExportMw: 40 }));
    const promise = await fixture.accepted({});
    await fixture.run(396);
    await fixture.reload(tableWith({}, { maxExportMw: 10 }));
    expect(fixture.reports(promise)).toEqual(["400 active active SHORTFALL_EXPECTED"]);
    const fromMs = at(400);
    await expectKeptWord(fixture, promise, { reason: "ASSET_CHANGED", limitedBy: "site", fromMs });
  });

  test("of a tick in which the site cuts the import that it counts on", async () => {
    const fixture = observed(tableWith({}, { maxImportMw: 4 }));
    await fixture.accepted({ ...CHARGE, onShortfall: "curtail" });
    const promise = await fixture.accepted(NEEDS_CHARGE);
    await fixture.run(72);
    expect(fixture.reports(promise)).toEqual(["72 accepted accepted SHORTFALL_EXPECTED"]);
    await expectKeptWord(fixture, promise, { reason: "SITE", limitedBy: "energy" });
  });

  test("of another asset of its site", async () => {
    const fixture = observed(tableWith({}, { maxExportMw: 30 }, [OTHER]));
    const promise = await fixture.accepted({ mw: 30 });
    // Its discharge is refused beside the promise: the limit is lowered and raised under it.
    expect(
      await fixture.dispatch.dispatch({ assetId: OTHER.id, mw: 10, durationS: 600 }),
    ).toMatchObject({ refusal: { limitedBy: "site" } });
    await fixture.accepted({ mw: -10, durationS: 1800 }, OTHER.id);
    await fixture.run(396);
    await fixture.reload(tableWith({}, { maxExportMw: 20 }, [OTHER]));
    // What the other charges leaves the meter within its limit.
    expect(fixture.reports(promise)).toEqual([]);
    const { announced, dispatch, run } = fixture;
    const charge = announced.findLast(({ dispatch: { assetId } }) => assetId === OTHER.id);
    await dispatch.cancel(charge?.dispatchId ?? "");
    await run(404);
    expect(fixture.reports(promise)).toEqual(["400 active active SHORTFALL_EXPECTED"]);
    const { shortfall } = await fixture.found(promise);
    expect(shortfall).toMatchObject({ reason: "CANCEL", limitedBy: "site" });
    await run(1800);
    const ended = await fixture.found(promise);
    expect(ended).toMatchObject({ reason: "ENDED_SHORT", shortfall: { reason: "CANCEL" } });
    // The other ramps out for four ticks.
    expect(ended.shortfall?.missingMwhr).toBeCloseTo(shortfall?.missingMwhr ?? 0, 1);
  });
});

describe("a dispatch ends with what it lacks", () => {
  test("none where it is delivered, whatever its ramp", async () => {
    const fixture = observed(tableWith({ initialSocPct: 60 }));
    const charge = await fixture.accepted({ mw: -30, durationS: 600 });
    const promise = await fixture.accepted({ startAtMs: at(600) });
    await fixture.run(2400);
    for (const it of [charge, promise])
      expect(await fixture.found(it)).toMatchObject({ reason: "ENDED", shortfall: null });
    expect(fixture.dispatch.events.shortfalls()).toEqual({ expected: 0, averted: 0, ended: 0 });
  });

  test.each([0, 7])(
    "with curtail, without an event before, after %d ms in a tick",
    async (inMs) => {
      const fixture = observed(tableWith({}));
      fixture.clock.advance(inMs);
      const curtailed = await fixture.accepted({ durationS: 3600, onShortfall: "curtail" });
      const startS = inMs > 0 ? DT_S : 0;
      await fixture.run(startS + 3600);
      const ended = await fixture.found(curtailed);
      expect(fixture.reports(curtailed)).toEqual([]);
      expect(ended).toMatchObject({ reason: "ENDED_SHORT", shortfall: { limitedBy: "energy" } });
      const { fromMs, missingMwhr } = ended.shortfall as Shortfall;
      expect(ended.rationale?.shortfall?.fromMs).toBe(fromMs);
      expect(missingMwhr).toBeCloseTo(ended.rationale?.shortfall?.missingMwhr ?? 0, 9);
      expect(ended.deliveredMwhr).toBeCloseTo(36 * 0.5 * 0.92, 9);
      expect(fixture.dispatch.events.shortfalls()).toEqual({ expected: 0, averted: 0, ended: 1 });
    },
  );

  test("none where it stops the asset, and what it held where it is superseded", async () => {
    const fixture = observed(tableWith({ initialSocPct: 1 }));
    const first = await fixture.accepted({ durationS: null });
    await fixture.run(600);
    const stop = await fixture.accepted({ mw: 0, durationS: 60 });
    await fixture.run(700);
    expect(await fixture.found(stop)).toMatchObject({ reason: "ENDED", shortfall: null });
    const ended = await fixture.found(first);
    expect(ended).toMatchObject({ status: "superseded", reason: "NEXT_DISPATCH" });
    expect(ended.shortfall?.missingMwhr).toBeCloseTo(ended.demandedMwhr - ended.deliveredMwhr, 9);
    expect(ended.demandedMwhr).toBeGreaterThan(4);
  });
});

test("a decision whose numbers were finished after the commit is stored with them", async () => {
  let passedMs = 0;
  const manual = createManualClock(NOW_MS);
  // Each look at the clock takes a while, so that no time is left before the commit.
  const nowMs = () => {
    passedMs += 0.7;
    return manual.nowMs() + passedMs;
  };
  const clock = { ...manual, nowMs };
  const fixture = dispatchFixture(undefined, tableWith({}), undefined, clock);
  const { dispatch, store } = fixture;
  const added: (Dispatch | undefined)[] = [];
  const add = store.add;
  store.add = (dispatches, requests) => {
    added.push(dispatches[0]);
    return add(dispatches, requests);
  };
  const result = await dispatch.dispatch({ assetId: ASSET.id, mw: 5, durationS: 600 });
  if (!result.accepted) throw new Error(result.refusal.message);
  expect(added[0]?.rationale?.windows).toBeNull();
  expect(result.dispatch.rationale?.windows).not.toBeNull();
  const stored = await store.find(result.dispatch.id);
  expect(stored?.rationale).toEqual(result.dispatch.rationale);
  expect((await dispatch.find(result.dispatch.id))?.rationale).toEqual(result.dispatch.rationale);
});

test("a promise that a tick cuts against the forecast says so with that tick", async () => {
  const hopeful: BatteryModel = {
    ...linearModel,
    forecast: (asset, ...rest) => linearModel.forecast({ ...asset, socMinRatio: 0 }, ...rest),
  };
  const table = tableWith({ socMinRatio: 0.4 });
  const { clock, dispatch, start, telemetry } = kernelUnderTest({ table, modelOf: () => hopeful });
  start();
  const reports: [number, string][] = [];
  dispatch.events.follow(({ atMs, reason }) => reports.push([atMs, reason ?? ""]));
  const accepted = await dispatch.dispatch({ assetId: ASSET.id, mw: 30, durationS: 1200 });
  if (!accepted.accepted) throw new Error(accepted.refusal.message);
  while (telemetryAt(telemetry.latest(), 0).limitedBy !== "energy") clock.advance(DT_S * 1000);
  const { timestampMs } = telemetry.latest();
  expect(reports.at(-1)).toEqual([timestampMs, "SHORTFALL_EXPECTED"]);
  expect(await dispatch.find(accepted.dispatch.id)).toMatchObject({
    status: "active",
    shortfall: { fromMs: timestampMs - DT_S * 1000, limitedBy: "energy", reason: "LIMIT" },
  });
});
