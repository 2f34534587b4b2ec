import { expect, test } from "vitest";
import {
  intervalsOf,
  nextInterval,
  rowsOfCsv,
} from "../../web/dashboard/dispatch/schedule-draft.ts";

const CSV = "from,until,mw\r\n2026-11-20T12:00:00Z,2026-11-20T13:00:00+00:00,-2.5\n";
const NOON_MS = Date.UTC(2026, 10, 20, 12, 1);

test("reads the intervals of a CSV, the sign as a direction", () => {
  const rows = rowsOfCsv(CSV) ?? [];
  expect(rows).toMatchObject([{ direction: "charge", power: "2.5" }]);
  expect(intervalsOf(rows)).toEqual([
    { from: "2026-11-20T12:00:00.000Z", until: "2026-11-20T13:00:00.000Z", mw: -2.5 },
  ]);
});

test.each([
  "a,b,c",
  "from,until,mw\nnow,2026-11-20T13:00:00Z,1",
  "from,until,mw\n2026-11-20T12:00:00Z,2026-11-20T13:00:00Z,",
  "from,until,mw\n2026-11-20T12:00:00Z,2026-11-20T13:00:00Z,much",
])("takes no CSV that is none: %s", (text) => {
  expect(rowsOfCsv(text)).toBeUndefined();
});

test("begins a row with the next quarter of an hour, and the next one where it ends", () => {
  const first = { ...nextInterval([], NOON_MS), power: "1" };
  const rows = [first, nextInterval([first], NOON_MS)];
  expect(intervalsOf(rows)).toEqual([
    { from: "2026-11-20T12:15:00.000Z", until: "2026-11-20T12:30:00.000Z", mw: 1 },
    { from: "2026-11-20T12:30:00.000Z", until: "2026-11-20T12:45:00.000Z", mw: 1 },
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(2);
});

test("is no schedule while a row is none", () => {
  expect(intervalsOf([nextInterval([], NOON_MS)])).toBeUndefined();
  expect(intervalsOf([])).toEqual([]);
});
