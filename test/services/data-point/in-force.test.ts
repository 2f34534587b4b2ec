// What is in force over time, against the setpoints that the asset was sent in each tick.
import { expect, test } from "vitest";
import type { InForceChange } from "../../../src/domain/dispatch/in-force.ts";
import { createInForce } from "../../../src/services/data-point/fleet/in-force.ts";
import { dispatchFixture, NOW_MS } from "../../support/dispatch-fixture.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, DT_S, tableOf } from "../../support/tick-tables.ts";

const DT_MS = DT_S * 1000;
/** Rates and energies that let every request pass. */
const HUGE = { capacityMwhr: 1e6, rampRateMwPerMin: 1e6, fallbackMw: -1 } as const;

const power = fc.integer({ min: -30, max: 30 });
const ahead = fc.integer({ min: 0, max: 12 });
const action = fc.oneof(
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 30_000 }) }),
  fc.record({
    kind: fc.constant("dispatch" as const),
    mw: power,
    durationS: fc.option(fc.integer({ min: 4, max: 60 })),
    aheadS: ahead,
    validForS: fc.option(fc.integer({ min: 5, max: 40 })),
  }),
  fc.record({
    kind: fc.constant("schedule" as const),
    intervals: fc.array(
      fc.record({ mw: power, gapS: ahead, lengthS: fc.integer({ min: 4, max: 40 }) }),
      {
        maxLength: 5,
      },
    ),
  }),
  fc.record({ kind: fc.constant("cancel" as const), place: fc.nat() }),
  fc.record({ kind: fc.constant("renew" as const), place: fc.nat() }),
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

function fixture() {
  const kernel = dispatchFixture(undefined, tableOf(HUGE));
  const { dispatch, clock, telemetry } = kernel;
  const asset = telemetry.latest().table.assets[0] ?? ASSET;
  const ids: string[] = [];
  /** The setpoint of each tick, by the instant at which it starts. */
  const sent = new Map<number, number>();
  telemetry.follow((frame) => sent.set(frame.timestampMs - DT_MS, frame.setpointMw[0] as number));

  async function apply(it: Action): Promise<void> {
    const nowMs = clock.nowMs();
    if (it.kind === "wait") {
      // Of what is taken away in the ms of a tick at which a lease ends, stored dispatches do not have the order.
      const endsAtTick = (nowMs + it.ms) % DT_MS === 0;
      return clock.advance(it.ms + (endsAtTick ? 1 : 0));
    }
    if (it.kind === "dispatch") {
      const result = await dispatch.dispatch({
        ...{ assetId: asset.id, mw: it.mw, durationS: it.durationS, onShortfall: "curtail" },
        ...(it.aheadS > 0 && { startAtMs: nowMs + it.aheadS * 1000 + 1 }),
        ...(it.validForS !== null && { validForS: it.validForS }),
      });
      if (result.accepted) ids.push(result.dispatch.id);
      return;
    }
    if (it.kind === "schedule") {
      let atMs = nowMs + 1_000;
      const intervals = it.intervals.map(({ mw, gapS, lengthS }) => {
        const fromMs = atMs + gapS * 1000;
        atMs = fromMs + lengthS * 1000;
        return { mw, fromMs, untilMs: atMs };
      });
      await dispatch.setSchedule({ assetId: asset.id, intervals, onShortfall: "curtail" });
      return;
    }
    const id = ids[it.place % ids.length];
    if (id === undefined) return;
    await (it.kind === "cancel" ? dispatch.cancel(id) : dispatch.renew(id));
  }

  const inForce = createInForce(dispatch.windows, () => DT_S);
  async function changes(
    fromMs: number,
    untilMs: number,
    knownMs = Infinity,
  ): Promise<InForceChange[]> {
    const found: InForceChange[] = [];
    for await (const page of inForce.changes(asset, fromMs, untilMs, knownMs)) found.push(...page);
    return found;
  }
  return { clock, asset, sent, apply, changes, inForce };
}

const FAR_MS = NOW_MS + 10 * 86_400_000;
const mwAt = (changes: readonly InForceChange[], atMs: number) =>
  changes.findLast((it) => it.atMs <= atMs)?.mw ?? 0;

test("it is what the asset was sent in every tick, and what it will be sent if nothing is requested", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const { clock, asset, sent, apply, changes, inForce } = fixture();
      for (const it of actions) await apply(it);
      const foreseenFromMs = clock.nowMs();
      const foreseen = await changes(-Infinity, FAR_MS);
      for (const { decidedMs } of foreseen)
        expect(decidedMs).toBeLessThanOrEqual(foreseenFromMs + DT_MS);
      for (let n = 0; n < 40; n++) clock.advance(DT_MS);
      const all = await changes(-Infinity, FAR_MS);
      for (const [atMs, mw] of sent) {
        expect([atMs, mwAt(all, atMs)]).toEqual([atMs, mw]);
        expect([atMs, mwAt(foreseen, atMs)]).toEqual([atMs, mw]);
      }
      const instants = all.map(({ atMs }) => atMs);
      expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b));
      const cutMs = NOW_MS + 60_000;
      const parts = [...(await changes(-Infinity, cutMs)), ...(await changes(cutMs, FAR_MS))];
      expect(parts).toEqual(all);
      const last = await inForce.last(asset, clock.nowMs(), Infinity);
      expect(last).toEqual(all.findLast(({ atMs }) => atMs < clock.nowMs()));
    }),
    { numRuns: 200 },
  );
}, 60_000);

test("as it was known at an instant it is what was read at that instant, also of what was cancelled since", async () => {
  let cancelledCount = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 20 }), async (actions) => {
      const { clock, asset, apply, changes, inForce } = fixture();
      const read = new Map<number, InForceChange[]>();
      for (const it of actions) {
        // Of a lease that was renewed since, the end is not known.
        await apply(it.kind === "dispatch" ? { ...it, validForS: null } : it);
        // A cancel counts from the next tick on, and is known from there.
        clock.advance(DT_MS - (clock.nowMs() % DT_MS));
        read.set(clock.nowMs(), await changes(-Infinity, FAR_MS));
        clock.advance(1);
      }
      for (let n = 0; n < 40; n++) clock.advance(DT_MS);
      const now = await changes(-Infinity, FAR_MS);
      for (const [atMs, before] of read) {
        const decided = (list: readonly InForceChange[]) =>
          list.filter(({ decidedMs }) => decidedMs <= atMs);
        const known = decided(await changes(-Infinity, FAR_MS, atMs));
        expect([atMs, known]).toEqual([atMs, decided(before)]);
        const last = await inForce.last(asset, atMs + 1, atMs);
        expect(last).toEqual(known.findLast((it) => it.atMs <= atMs));
        if (JSON.stringify(known) !== JSON.stringify(decided(now))) cancelledCount++;
      }
    }),
    { numRuns: 100 },
  );
  expect(cancelledCount).toBeGreaterThan(50);
}, 60_000);
