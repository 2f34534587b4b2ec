// The events of an alarm, read from its present state.
import { expect, test } from "vitest";
import {
  type Alarm,
  alarmKey,
  eventsAfter,
  eventsOf,
  SERVER,
} from "../../../src/domain/alarm/alarm.ts";
import { alarmOf } from "../../support/alarms.ts";
import fc from "../../support/fast-check.ts";

const seen = (alarm: Alarm) =>
  eventsOf(alarm).map(({ number, atMs, alarm: after }) => [
    ...[number, atMs, after.clearedAtMs, after.acknowledgedAtMs, after.acknowledgedBy],
  ]);

test("each event has the alarm as it was after it, in the order of their numbers", () => {
  const open = alarmOf({ raisedNumber: 1, raisedAtMs: 10 });
  const cleared = { clearedNumber: 2, clearedAtMs: 20 };
  const known = { acknowledgedNumber: 3, acknowledgedAtMs: 30, acknowledgedBy: "anna" };
  expect(seen(open)).toEqual([[1, 10, null, null, null]]);
  expect(seen({ ...open, ...cleared, ...known })).toEqual([
    [1, 10, null, null, null],
    [2, 20, 20, null, null],
    [3, 30, 20, 30, "anna"],
  ]);
  expect(seen({ ...open, ...cleared, ...known, clearedNumber: 4, clearedAtMs: 40 })).toEqual([
    [1, 10, null, null, null],
    [3, 30, null, 30, "anna"],
    [4, 40, 40, 30, "anna"],
  ]);
});

test("one alarm of a code is open for what it is about most closely", () => {
  const asset = { ...SERVER, assetId: "a", siteId: "s" };
  expect(alarmKey("ASSET_LIMITED", asset)).toBe(
    alarmKey("ASSET_LIMITED", { ...SERVER, assetId: "a" }),
  );
  expect(alarmKey("ASSET_LIMITED", asset)).not.toBe(alarmKey("DATA_STALE", asset));
  expect(alarmKey("PROMISE_AT_RISK", { ...asset, dispatchId: "d" })).not.toBe(
    alarmKey("PROMISE_AT_RISK", { ...asset, dispatchId: "e" }),
  );
});

test("a page of events has the first ones after a number, as of all of them in their order", () => {
  const anyAlarms = fc
    .array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 12 })
    .chain((changes) => {
      const count = changes.flat().filter(Boolean).length + changes.length;
      const numbers = Array.from({ length: count }, (_, n) => n + 1);
      const shuffled = fc.shuffledSubarray(numbers, { minLength: count, maxLength: count });
      return shuffled.map((left) =>
        changes.map(([isCleared, isKnown], n) => {
          const numberOf = (has: boolean) => (has ? (left.pop() ?? 0) : null);
          const [clearedNumber, acknowledgedNumber] = [numberOf(isCleared), numberOf(isKnown)];
          return alarmOf({
            ...{ id: `${n}`, raisedNumber: left.pop() ?? 0, clearedNumber, acknowledgedNumber },
            ...{ raisedAtMs: 1, clearedAtMs: isCleared ? 2 : null },
            acknowledgedAtMs: isKnown ? 3 : null,
          });
        }),
      );
    });
  fc.assert(
    fc.property(anyAlarms, fc.nat(30), fc.integer({ min: 1, max: 10 }), (alarms, after, limit) => {
      const all = alarms.flatMap(eventsOf).filter(({ number }) => number > after);
      const page = all.sort((a, b) => a.number - b.number).slice(0, limit);
      expect(eventsAfter(alarms, after, limit)).toEqual(page);
    }),
  );
});
