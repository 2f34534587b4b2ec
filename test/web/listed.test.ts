import { expect, test } from "vitest";
import { cancelledWords } from "../../web/dashboard/dispatch/item-words.ts";
import {
  type DispatchItem,
  endedOf,
  merged,
  openOf,
  waitingItem,
} from "../../web/dashboard/dispatch/listed.ts";

const item = (id: string, part: Partial<DispatchItem>): DispatchItem => ({
  id,
  mw: 4,
  status: "ACCEPTED",
  reason: null,
  durationS: 900,
  startAt: "2026-11-20T12:00:00.000Z",
  endAt: null,
  endedAt: null,
  submittedAt: "2026-11-20T11:00:00.000Z",
  deliveredMwhr: 0,
  validForS: null,
  leaseUntil: null,
  shortfall: null,
  scheduleId: null,
  events: [],
  ...part,
});
const ids = (list: readonly DispatchItem[]) => list.map(({ id }) => id);

test("lists open dispatches with the next first, after what holds the asset", () => {
  const list = [
    item("late", { startAt: "2026-11-20T15:00:00.000Z" }),
    item("over", { status: "COMPLETED" }),
    item("next", { startAt: "2026-11-20T14:00:00.000Z" }),
    item("now", { status: "ACTIVE", startAt: "2026-11-20T14:30:00.000Z" }),
  ];
  expect(ids(openOf(list))).toEqual(["now", "next", "late"]);
});

test("lists ended dispatches in the order of the API", () => {
  const ended = (id: string, submittedAt: string, startAt: string) =>
    item(id, { status: "COMPLETED", submittedAt, startAt });
  const list = [
    ended("first", "2026-11-20T10:00:00.000Z", "2026-11-20T18:00:00.000Z"),
    ended("second, early", "2026-11-20T11:00:00.000Z", "2026-11-20T12:00:00.000Z"),
    ended("second, late", "2026-11-20T11:00:00.000Z", "2026-11-20T13:00:00.000Z"),
  ];
  expect(ids(endedOf(list))).toEqual(["second, late", "second, early", "first"]);
});

test("a status never goes back, whatever comes late", () => {
  const over = item("a", { status: "COMPLETED" });
  expect(merged([over], [item("a", {}), item("b", {})])).toEqual([over, item("b", {})]);
  const more = item("c", { status: "ACTIVE", deliveredMwhr: 2 });
  expect(merged([item("c", { status: "ACTIVE", deliveredMwhr: 1 })], [more])).toEqual([more]);
});

test("a dispatch that waits has the event of its acceptance", () => {
  const { events, ...base } = item("a", {});
  expect(events).toEqual([]);
  expect(waitingItem(base).events).toEqual([
    { timestamp: "2026-11-20T11:00:00.000Z", to: "ACCEPTED", reason: null },
  ]);
});

test("a cancel is said as what it did", () => {
  const waiting = item("a", {});
  const ended = { status: "CANCELLED", endedAt: "2026-11-20T12:00:04.000Z" } as const;
  expect(cancelledWords(waiting, { ...waiting, ...ended })).toMatch(
    /^Cancelled: 4\.00 MW of .*\. It never held the asset\.$/,
  );
  const running = { ...waiting, status: "ACTIVE" } as const;
  expect(cancelledWords(running, { ...running, ...ended, deliveredMwhr: -0.5 })).toMatch(
    /It holds the asset until .*; up to the last tick, 0\.500 MWh taken from the grid\.$/,
  );
});
