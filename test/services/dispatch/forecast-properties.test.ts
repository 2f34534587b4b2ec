// Whatever is in force at assets of one site: what is foreseen of them is what the ticks then deliver.

import { expect, test } from "vitest";
import { linearModel } from "../../../src/domain/battery/linear/linear-model.ts";
import type { ForecastPoint } from "../../../src/domain/dispatch/asset-forecast.ts";
import type { Asset, Site } from "../../../src/domain/fleet/asset.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { type Frame, limitNameOf } from "../../../src/domain/telemetry/frame.ts";
import type { ForecastAnswer } from "../../../src/services/dispatch/forecast.ts";
import fc from "../../support/fast-check.ts";
import { kernelUnderTest } from "../../support/kernel-under-test.ts";
import { mostMarginMwhr, partLoadModel } from "../../support/part-load-model.ts";
import { anyAsset } from "../../support/random-asset.ts";
import { DT_S, SITE } from "../../support/tick-tables.ts";

const TICKS = 120;
const seconds = (max: number) => fc.integer({ min: 1, max });
const ratio = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 1000);

const anyCall = fc.oneof(
  fc.record({
    kind: fc.constant("dispatch" as const),
    asset: fc.nat(2),
    ratio,
    durationS: fc.option(seconds(400)),
    startInS: fc.option(fc.integer({ min: 0, max: 400 })),
    validForS: fc.option(seconds(200)),
    onShortfall: fc.constantFrom("refuse" as const, "curtail" as const),
  }),
  fc.record({
    kind: fc.constant("schedule" as const),
    asset: fc.nat(2),
    parts: fc.array(fc.record({ gapS: fc.nat(40), lastsS: seconds(200), ratio }), {
      maxLength: 5,
    }),
  }),
);

const anyCase = fc.record({
  assets: fc.array(
    fc.record({
      asset: anyAsset,
      model: fc.constantFrom(linearModel, linearModel, partLoadModel),
      fallbackRatio: fc.option(ratio),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  maxExportMw: fc.option(fc.integer({ min: 0, max: 40 })),
  maxImportMw: fc.option(fc.integer({ min: 0, max: 40 })),
  calls: fc.array(fc.record({ afterTicks: fc.nat(20), call: anyCall }), { maxLength: 6 }),
  stepS: fc.option(fc.oneof(seconds(60), seconds(DT_S * TICKS))),
});
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;
type Call = Case["calls"][number]["call"];

const mwOf = ({ maxMw, minMw }: Asset, share: number) => share * (share > 0 ? maxMw : -minMw);

function fixtureOf({ assets, maxExportMw, maxImportMw }: Case) {
  const site: Site = {
    ...SITE,
    ...(maxExportMw !== null && { maxExportMw }),
    ...(maxImportMw !== null && { maxImportMw }),
  };
  const made = assets.map(({ asset, fallbackRatio }, n) => ({
    ...asset,
    id: asset.id.replace(/.$/, String(n + 1)),
    ...(fallbackRatio !== null && { fallbackMw: mwOf(asset, fallbackRatio) }),
  }));
  const models = new Map(made.map(({ id }, n) => [id, assets[n]?.model ?? linearModel]));
  const kernel = kernelUnderTest({
    table: createFleetTable([site], made),
    modelOf: ({ id }) => models.get(id) ?? linearModel,
  });
  kernel.start();
  return { kernel, made, models };
}
type Fixture = ReturnType<typeof fixtureOf>;

/** A dispatch without an end takes the second model long to decide: it has one there. */
const LONGEST_S = 500;

async function perform({ kernel: { dispatch, clock }, made, models }: Fixture, call: Call) {
  const asset = made[call.asset % made.length] as Asset;
  const mostS = models.get(asset.id) === partLoadModel ? LONGEST_S : null;
  let nowMs = clock.nowMs();
  if (call.kind === "schedule") {
    const intervals = call.parts.map((part) => {
      const fromMs = nowMs + part.gapS * 1000;
      nowMs = fromMs + part.lastsS * 1000;
      return { fromMs, untilMs: nowMs, mw: mwOf(asset, part.ratio) };
    });
    return dispatch.setSchedule({ assetId: asset.id, intervals, onShortfall: "curtail" });
  }
  const { durationS, startInS, validForS, onShortfall } = call;
  const startAtMs = startInS === null ? undefined : nowMs + startInS * 1000;
  const times = {
    durationS: durationS ?? mostS,
    startAtMs,
    validForS: validForS ?? undefined,
    onShortfall,
  };
  return dispatch.dispatch({ assetId: asset.id, mw: mwOf(asset, call.ratio), ...times });
}

/** What an asset reported in a tick, and the dispatch that held it. */
interface Ticked {
  readonly timestampMs: number;
  readonly mw: readonly number[];
  readonly socMwhr: readonly number[];
  readonly limit: readonly number[];
  /** From the setpoint, in MW. */
  readonly lackMw: readonly number[];
  readonly ids: readonly (string | null)[];
}

const reportOf = (frame: Frame, ids: readonly (string | null)[]): Ticked => ({
  timestampMs: frame.timestampMs,
  lackMw: [...frame.currentMw].map((mw, i) => Math.abs(mw - (frame.setpointMw[i] as number))),
  ...{ mw: [...frame.currentMw], socMwhr: [...frame.socMwhr], limit: [...frame.limit], ids },
});

async function heldIds({ kernel: { dispatch }, made }: Fixture) {
  const listed = await dispatch.list({ limit: 500 });
  const held = listed.map((it) => it.dispatch).filter((it) => it.heldFromMwhr !== null);
  return made.map(({ id }) => held.find(({ assetId }) => assetId === id)?.id ?? null);
}

type Points = readonly ForecastPoint[];

function pointsOf(answer: ForecastAnswer): Points {
  if ("code" in answer) throw new Error(answer.message);
  return answer;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** What each asset is then seen to do, tick by tick, from now on. */
async function tickedOf(fixture: Fixture): Promise<readonly Ticked[]> {
  const { clock, telemetry } = fixture.kernel;
  const ticked = [reportOf(telemetry.latest(), await heldIds(fixture))];
  for (let n = 0; n < TICKS; n++) {
    const ids = await heldIds(fixture);
    clock.advance(DT_S * 1000);
    ticked.push(reportOf(telemetry.latest(), ids));
  }
  return ticked;
}

/** How far a forecast of stored energy may be off, in MWh: rounding; and the margins of the second model. */
function toleranceMwhr(asset: Asset, isLinear: boolean, calls: number): number {
  return isLinear ? 1e-9 * asset.capacityMwhr : 2 * mostMarginMwhr(asset, 2 + 20 * calls, DT_S);
}

/** Whether rounding decides which limit a step reports. */
function isRounded(asset: Asset, { socMwhr }: ForecastPoint, ticks: readonly Ticked[], i: number) {
  const { floorMwhr, ceilingMwhr } = linearModel.limits(asset);
  const nearMwhr = 1e-6 * asset.capacityMwhr;
  if (Math.min(Math.abs(socMwhr - floorMwhr), Math.abs(socMwhr - ceilingMwhr)) <= nearMwhr)
    return true;
  return ticks.some((it) => it.limit[i] !== 0 && (it.lackMw[i] as number) < 1e-9);
}

/** Compares the points of the asset at a position with its ticks. */
function compare(
  given: Case,
  fixture: Fixture,
  ticked: readonly Ticked[],
  points: Points,
  i: number,
) {
  const asset = fixture.made[i] as Asset;
  const isLinear = fixture.models.get(asset.id) === linearModel;
  const mostMwhr = toleranceMwhr(asset, isLinear, given.calls.length);
  const stepTicks = Math.max(1, Math.ceil((given.stepS ?? 1) / DT_S));
  expect(points).toHaveLength(Math.floor(TICKS / stepTicks) + 1);
  for (const [n, point] of points.entries()) {
    const ticks = ticked.slice(Math.max(0, (n - 1) * stepTicks + 1), n * stepTicks + 1);
    const end = ticks.at(-1) as Ticked;
    expect(point.timestampMs).toBe(end.timestampMs);
    expect(Math.abs(point.socMwhr - (end.socMwhr[i] as number))).toBeLessThanOrEqual(mostMwhr);
    const meanMw = sumOf(ticks.map(({ mw }) => mw[i] as number)) / ticks.length;
    const hours = (ticks.length * DT_S) / 3600;
    expect(Math.abs(point.mw - meanMw) * hours).toBeLessThanOrEqual(2 * mostMwhr);
    if (n > 0) expect(point.dispatchId).toBe(end.ids[i]);
    if (!isLinear || isRounded(asset, point, ticks, i)) continue;
    const limited = ticks.findLast((it) => it.limit[i] !== 0);
    expect(point.limitedBy).toBe(limitNameOf(limited?.limit[i] ?? 0));
  }
}

/** Compares the points of the site with the sums of those of its assets. */
function compareSums(together: Points, points: readonly Points[]) {
  for (const [n, { mw, socMwhr, limitedBy, dispatchId }] of together.entries()) {
    const each = points.map((it) => it[n] as ForecastPoint);
    expect(mw).toBeCloseTo(sumOf(each.map((it) => it.mw)), 9);
    expect(socMwhr).toBeCloseTo(sumOf(each.map((it) => it.socMwhr)), 9);
    if (each.some((it) => it.limitedBy === "site")) expect(limitedBy).toBe("site");
    expect([null, "site"]).toContain(limitedBy);
    expect(dispatchId).toBe(null);
  }
}

test("what is foreseen is what the ticks then deliver", async () => {
  const seen = { site: 0, energy: 0, ramp: 0, expired: 0 };
  const property = fc.asyncProperty(anyCase, async (given) => {
    const fixture = fixtureOf(given);
    const { clock, dispatch } = fixture.kernel;
    for (const { afterTicks, call } of given.calls) {
      await perform(fixture, call);
      for (let n = 0; n < afterTicks; n++) clock.advance(DT_S * 1000);
    }
    const untilMs = clock.nowMs() + TICKS * DT_S * 1000 + 1;
    const range = { untilMs, stepS: given.stepS ?? undefined };
    const points: Points[] = [];
    for (const { id } of fixture.made) points.push(pointsOf(await dispatch.forecast(id, range)));
    const together = pointsOf(await dispatch.siteForecast(SITE.id, range));
    const ticked = await tickedOf(fixture);
    for (const [i, it] of points.entries()) compare(given, fixture, ticked, it, i);
    compareSums(together, points);
    for (const { limitedBy } of points.flat())
      if (limitedBy !== null && limitedBy !== "power") seen[limitedBy]++;
    seen.expired += (await dispatch.list({ limit: 500, statuses: ["expired"] })).length;
    fixture.kernel.stop();
  });
  await fc.assert(property, { numRuns: 150, endOnFailure: true });
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
}, 120_000);
