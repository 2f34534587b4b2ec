// Whatever is requested of an asset, in whatever order: energy is counted right, and promises are kept.

import { expect, test } from "vitest";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { limitNameOf } from "../../../src/domain/telemetry/frame.ts";
import { dispatchFixture } from "../../support/dispatch-fixture.ts";
import fc from "../../support/fast-check.ts";
import { anyAsset } from "../../support/random-asset.ts";
import { DT_S, SITE } from "../../support/tick-tables.ts";

const TICKS = 40;
/** Assets whose energy lasts for some ticks at full power, so that promises can break. */
const scarce = fc.tuple(anyAsset, fc.integer({ min: 5, max: 300 })).map(([asset, lastsS]) => ({
  ...asset,
  capacityMwhr: Math.max(0.01, (Math.max(asset.maxMw, -asset.minMw) * lastsS) / 3600),
}));
const ratio = fc.integer({ min: -10_000, max: 10_000 }).map((n) => n / 10_000);
const seconds = (max: number) => fc.integer({ min: 1, max });

const anyCall = fc.oneof(
  fc.record({
    kind: fc.constant("dispatch" as const),
    ratio,
    durationS: fc.option(seconds(90)),
    startInS: fc.option(fc.integer({ min: 0, max: 60 })),
    validForS: fc.option(seconds(30)),
    onShortfall: fc.constantFrom("refuse" as const, "curtail" as const, undefined),
  }),
  fc.record({
    kind: fc.constant("schedule" as const),
    parts: fc.array(
      fc.record({ gapS: fc.integer({ min: 0, max: 10 }), lastsS: seconds(30), ratio }),
      {
        maxLength: 4,
      },
    ),
  }),
  fc.record({ kind: fc.constantFrom("cancel" as const, "renew" as const), nth: fc.nat(5) }),
);
const anyCalls = fc.array(
  fc.record({ tick: fc.nat(TICKS - 1), inMs: fc.nat(3999), call: anyCall }),
  {
    maxLength: 10,
  },
);

type GraphRequest = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;
type Application = ReturnType<typeof dispatchFixture>;

async function perform({ dispatch, clock, telemetry, announced }: Application, call: GraphRequest) {
  const asset = telemetry.latest().table.assets[0];
  if (asset === undefined) throw new Error("no asset");
  const mwOf = (share: number) => share * (share > 0 ? asset.maxMw : -asset.minMw);
  const nowMs = clock.nowMs();
  if (call.kind === "dispatch") {
    const { durationS, startInS, validForS, onShortfall } = call;
    const startAtMs = startInS === null ? undefined : nowMs + startInS * 1000;
    const limits = { durationS, startAtMs, validForS: validForS ?? undefined, onShortfall };
    return dispatch.dispatch({ assetId: asset.id, mw: mwOf(call.ratio), ...limits });
  }
  if (call.kind === "schedule") {
    let fromMs = nowMs;
    const intervals = call.parts.map((part) => {
      fromMs += part.gapS * 1000;
      const interval = { fromMs, untilMs: fromMs + part.lastsS * 1000, mw: mwOf(part.ratio) };
      fromMs = interval.untilMs;
      return interval;
    });
    return dispatch.setSchedule({ assetId: asset.id, intervals });
  }
  const id = announced[call.nth]?.dispatchId;
  return id === undefined ? undefined : dispatch[call.kind](id);
}

const allOf = async ({ store }: Application): Promise<Dispatch[]> =>
  (await store.list({ limit: 1000 })).map((listed) => listed.dispatch);

test("energy is counted right, and promises are kept", async () => {
  let promised = 0;
  const history = fc.asyncProperty(
    fc.oneof(anyAsset, scarce),
    anyCalls,
    async (asset, requests) => {
      const fixture = dispatchFixture(undefined, createFleetTable([SITE], [asset]));
      const { telemetry, clock, announced } = fixture;
      const expectedMwhr = new Map<string, number>();
      const shortAtMs: number[] = [];
      const rampMw = (asset.rampRateMwPerMin * DT_S) / 60;
      let beforeMw = 0;
      let restMwhr = 0;
      for (let tick = 0; tick < TICKS; tick++) {
        let passedMs = 0;
        const now = requests.filter((it) => it.tick === tick).sort((a, b) => a.inMs - b.inMs);
        for (const { inMs, call } of now) {
          clock.advance(inMs - passedMs);
          passedMs = inMs;
          await perform(fixture, call);
        }
        // Who holds the tick under way: from its end on it is another one, where one begins there.
        const held = (await allOf(fixture)).filter((it) => it.heldFromMwhr !== null);
        expect(held.length).toBeLessThanOrEqual(1);
        const [holder] = held;
        clock.advance(DT_S * 1000 - passedMs);
        const frame = telemetry.latest();
        const [currentMw, setpointMw] = [
          frame.currentMw[0] as number,
          frame.setpointMw[0] as number,
        ];
        const limit = limitNameOf(frame.limit[0] as number);
        expect(limit !== null || currentMw === setpointMw).toBe(true);
        expect(currentMw).toBeGreaterThanOrEqual(asset.minMw);
        expect(currentMw).toBeLessThanOrEqual(asset.maxMw);
        // Where the ramp still comes from a power of the other direction, what is cut is not of this one.
        const changeMw = Math.min(Math.abs(setpointMw - beforeMw), rampMw);
        const rampedMw = beforeMw + Math.sign(setpointMw - beforeMw) * changeMw;
        const isHeld = rampedMw * setpointMw > 0 && Math.abs(currentMw) < Math.abs(setpointMw);
        if (limit === "energy" && isHeld) shortAtMs.push(frame.timestampMs - DT_S * 1000);
        beforeMw = currentMw;
        const tickMwhr = (currentMw * DT_S) / 3600;
        if (holder === undefined) restMwhr += tickMwhr;
        else {
          expect(setpointMw).toBe(holder.mw);
          expectedMwhr.set(holder.id, (expectedMwhr.get(holder.id) ?? 0) + tickMwhr);
        }
      }

      const all = await allOf(fixture);
      let sumMwhr = restMwhr;
      for (const { id } of all) {
        const found = await fixture.dispatch.find(id);
        expect(found?.deliveredMwhr).toBeCloseTo(expectedMwhr.get(id) ?? 0, 9);
        sumMwhr += found?.deliveredMwhr ?? 0;
        const events = await fixture.dispatch.eventsOf(id);
        expect(events[0]).toMatchObject({ from: null, to: "accepted" });
        expect(events.map(({ from }) => from)).toEqual(
          [null, ...events.map(({ to }) => to)].slice(0, -1),
        );
        expect(events.at(-1)?.to).toBe(found?.status);
      }
      const { energyOutMwhr, energyInMwhr } = telemetry.latest();
      expect((energyOutMwhr[0] as number) - (energyInMwhr[0] as number)).toBeCloseTo(sumMwhr, 9);
      expect(announced.map(({ number }) => number)).toEqual(announced.map((_, n) => n + 1));
      const instantsMs = announced.map(({ atMs }) => atMs);
      expect(instantsMs).toEqual(instantsMs.toSorted((a, b) => a - b));

      // What was counted on may go: then a promise is void.
      if (announced.some(({ to }) => to === "cancelled" || to === "expired")) return;
      for (const it of all) {
        if (it.onShortfall !== "refuse" || it.status !== "completed") continue;
        promised++;
        const short = shortAtMs.filter((ms) => ms >= it.startMs && ms < (it.endMs ?? Infinity));
        const ids = announced.filter(
          ({ reason, byId }) => reason?.startsWith("ENDED") && byId !== null,
        );
        if (!ids.some(({ dispatchId }) => dispatchId === it.id)) expect(short).toEqual([]);
      }
    },
  );
  await fc.assert(history, { numRuns: 500 });
  expect(promised).toBeGreaterThan(100);
});
