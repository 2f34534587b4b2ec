import { expect, test } from "vitest";
import type { DispatchItem } from "../../web/dashboard/dispatch/listed.ts";
import {
  type DraftInterval,
  nextInterval,
  readInterval,
  rowsOf,
} from "../../web/dashboard/dispatch/schedule-draft.ts";
import { endedWords } from "../../web/dashboard/dispatch/send-schedule.ts";

const BERLIN = "Europe/Berlin";
const NOON_MS = Date.UTC(2026, 10, 20, 12, 1);
const intervals = (rows: readonly DraftInterval[], timeZone = "UTC") =>
  rows.map((row) => readInterval(row, timeZone).interval);

test("begins a row with the next quarter of an hour, and the next one where it ends", () => {
  const first = { ...nextInterval([], NOON_MS, "UTC"), power: "1" };
  const rows = [first, nextInterval([first], NOON_MS, "UTC")];
  expect(intervals(rows)).toEqual([
    { from: "2026-11-20T12:15:00.000Z", until: "2026-11-20T12:30:00.000Z", mw: 1 },
    { from: "2026-11-20T12:30:00.000Z", until: "2026-11-20T12:45:00.000Z", mw: 1 },
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(2);
});

test.each([
  ["autumn", "2027-10-30T22:00:00Z"],
  ["spring", "2027-03-27T22:00:00Z"],
])("rows go through the change of the clock in %s without a gap", (_, start) => {
  const rows: DraftInterval[] = [];
  const startMs = Date.parse(start) - 1;
  for (let n = 0; n < 24; n++) rows.push({ ...nextInterval(rows, startMs, BERLIN), power: "1" });
  const read = intervals(rows, BERLIN);
  for (const [n, interval] of read.entries()) {
    const fromMs = Date.parse(start) + n * 900_000;
    expect(interval).toEqual({
      from: new Date(fromMs).toISOString(),
      until: new Date(fromMs + 900_000).toISOString(),
      mw: 1,
    });
  }
});

test("the rows of a CSV have its instants, also where the clock shows a time twice", () => {
  const fromMs = Date.parse("2027-10-31T00:45:00.250Z");
  const given = [0, 1, 2, 3].map((n) => ({
    fromMs: fromMs + n * 900_000,
    untilMs: fromMs + (n + 1) * 900_000,
    mw: n - 2.5,
  }));
  expect(intervals(rowsOf(given, BERLIN), BERLIN)).toEqual(
    given.map(({ fromMs: from, untilMs, mw }) => ({
      from: new Date(from).toISOString(),
      until: new Date(untilMs).toISOString(),
      mw,
    })),
  );
});

test("a row says what is wrong with it", () => {
  const row = nextInterval([], NOON_MS, BERLIN);
  expect(readInterval(row, BERLIN).errors).toEqual({ power: "This must be filled in." });
  const backwards = { ...row, power: "x", until: row.from };
  expect(readInterval(backwards, BERLIN)).toEqual({
    interval: undefined,
    errors: {
      until: "This must be later than the begin.",
      power: expect.stringContaining("“x”"),
    },
  });
  const twice = { ...row, power: "1", from: { text: "2027-10-31T02:30", offset: "" } };
  expect(readInterval(twice, BERLIN).errors.from).toContain("twice");
});

test("what became of the schedule before is said with its counts", () => {
  const item = (status: DispatchItem["status"]) => ({ status }) as DispatchItem;
  expect(endedWords(undefined)).toBe("");
  expect(endedWords([])).toBe("");
  expect(endedWords([item("ACTIVE"), item("ACCEPTED"), item("ACCEPTED")])).toBe(
    "Intervals withdrawn before they began: 2. Intervals cut short while they held the asset: 1.",
  );
});
