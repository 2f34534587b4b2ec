// Whatever is requested when, and however late ticks and commits are: each dispatch holds the ticks that its events name.

import { expect, test } from "vitest";
import { bigAssetId } from "../../support/big-fleet.ts";
import { clockWithLateTimers, dispatchFixture } from "../../support/dispatch-fixture.ts";
import fc from "../../support/fast-check.ts";
import { pause, slowStore } from "../../support/slow-dispatch-store.ts";
import { DT_S, tableOf } from "../../support/tick-tables.ts";

const DT_MS = DT_S * 1000;
const [ONE, OTHER] = [bigAssetId(1), bigAssetId(2)];
const anyOperation = fc.record({
  afterMs: fc.constantFrom(0, 1, 700, 3_300, 4_000, 9_100),
  kind: fc.constantFrom(
    "dispatch" as const,
    "store",
    "dispatch",
    "store",
    "cancel",
    "cancel",
    "renew",
  ),
  assetId: fc.constantFrom(ONE, OTHER),
  mw: fc.integer({ min: -5, max: 5 }),
  durationS: fc.constantFrom(null, 3, 8, 30),
  startInS: fc.constantFrom(null, 0, 5, 14),
  validForS: fc.constantFrom(undefined, undefined, 4, 6),
  nth: fc.nat(6),
});

test("whatever comes when, instants never go back, and each dispatch holds the ticks from its start to its end", async () => {
  const counts = { held: 0, cancelled: 0 };
  const history = fc.asyncProperty(
    fc.array(anyOperation, { minLength: 6, maxLength: 20 }),
    fc.constantFrom(0, 300, 2_500),
    async (operations, lateMs) => {
      const { slow, keep } = slowStore();
      const clock = clockWithLateTimers(lateMs);
      const table = tableOf({ id: ONE }, { id: OTHER });
      const fixture = dispatchFixture(slow, table, undefined, clock);
      const { dispatch, telemetry, announced } = fixture;
      /** Net energy of the tick that starts at an instant, by asset. */
      const tickMwhr = new Map<string, number>();
      telemetry.follow((frame) => {
        for (const [index, { id }] of frame.table.assets.entries()) {
          const startMs = frame.timestampMs - DT_MS;
          tickMwhr.set(`${id} ${startMs}`, ((frame.currentMw[index] as number) * DT_S) / 3600);
        }
      });
      for (const { afterMs, kind, nth, startInS, ...fields } of operations) {
        clock.advance(afterMs);
        const startAtMs = startInS === null ? undefined : clock.nowMs() + startInS * 1000;
        const id = announced[nth]?.dispatchId;
        if (kind === "dispatch")
          void dispatch.dispatch({ ...fields, startAtMs, onShortfall: "curtail" });
        else if (kind === "store") await keep();
        // It waits for requests for its asset that are being stored.
        else if (id !== undefined) void dispatch[kind](id);
        await pause();
      }
      for (let n = 0; n < operations.length; n++) await keep();
      clock.advance(60_000);

      const instantsMs = announced.map(({ atMs }) => atMs);
      expect(instantsMs).toEqual(instantsMs.toSorted((a, b) => a - b));
      for (const { dispatchId } of announced.filter(({ to }) => to === "active")) {
        const found = await dispatch.find(dispatchId);
        if (found === undefined) throw new Error("unknown");
        const events = await dispatch.eventsOf(dispatchId);
        const startMs = events.find(({ to }) => to === "active")?.atMs ?? 0;
        const endMs = found.endedAtMs ?? telemetry.latest().timestampMs;
        expect(endMs % DT_MS).toBe(0);
        let expectedMwhr = 0;
        for (let ms = Math.floor(startMs / DT_MS) * DT_MS; ms < endMs; ms += DT_MS)
          expectedMwhr += tickMwhr.get(`${found.assetId} ${ms}`) ?? Number.NaN;
        expect(found.deliveredMwhr).toBeCloseTo(expectedMwhr, 9);
        counts.held++;
        if (found.status === "cancelled") counts.cancelled++;
      }
    },
  );
  await fc.assert(history, { numRuns: 300 });
  expect(counts.held).toBeGreaterThan(300);
  expect(counts.cancelled).toBeGreaterThan(10);
});
