import { expect, test } from "vitest";
import type { PowerLimit, TimelinePartsFragment } from "../../web/dashboard/api/operations.ts";
import type { Foreseen } from "../../web/dashboard/chart/trace-source.ts";
import { typedShortfall } from "../../web/dashboard/chart/typed-shortfall.ts";

type Point = [mw: number, dispatchId: string | null, limitedBy?: PowerLimit];

/** Points each 10 ms. */
const foreseen = (...points: Point[]): Foreseen => ({
  points: points.map(([mw, dispatchId, limitedBy = null], n) => ({
    ...{ atMs: 10 * n, mw, dispatchId, limitedBy, socPct: 50 },
  })),
  ...{ socMinPct: 0, socMaxPct: 100 },
});
const typed = (mw: number) => ({ assetId: "a", mw });
const promise = (part: Partial<TimelinePartsFragment> = {}): TimelinePartsFragment => ({
  ...{ id: "p", mw: 5, status: "ACCEPTED", onShortfall: "REFUSE", shortfall: null },
  ...{ startAt: "", endAt: null, endedAt: null, submittedAt: "", asset: { id: "a", name: "A" } },
  ...part,
});

test("shades from where on energy or the site cut what is typed, and not its ramp", () => {
  const points: Point[] = [
    [0, null],
    [4, "with:0", "RAMP"],
    [10, "with:0"],
    [3, "with:0", "ENERGY"],
    [0, "with:0", "ENERGY"],
    [0, null],
  ];
  const { lines, shaded } = typedShortfall(foreseen(...points), typed(10), [], 0);
  expect(shaded).toEqual([{ fromMs: 20, untilMs: 40, label: "Typed, but not delivered" }]);
  expect(lines).toMatchObject([
    { key: "typed-short", isAhead: true, values: [null, null, 10, 10, null] },
  ]);
});

test("shades charge that the site does not carry, from now on", () => {
  const points: Point[] = [
    [0, null],
    [-2, "with:0", "SITE"],
    [-6, "with:0", "POWER"],
  ];
  const { shaded } = typedShortfall(foreseen(...points), typed(-6), [], 4);
  expect(shaded).toMatchObject([{ fromMs: 4, untilMs: 10 }]);
});

test("shades a promise that the typed dispatch keeps from its energy", () => {
  const short = foreseen([0, null], [0, "with:0"], [1, "p", "ENERGY"]);
  const { lines, shaded } = typedShortfall(short, typed(0), [promise()], 0);
  expect(shaded).toEqual([
    { fromMs: 10, untilMs: 20, label: "Promised, but not with the typed dispatch" },
  ]);
  expect(lines).toMatchObject([{ key: "promise-short", values: [null, 5] }]);
});

test.each<Partial<TimelinePartsFragment>>([
  { onShortfall: "CURTAIL" },
  { shortfall: { from: "", missingMwhr: 1 } },
  { status: "COMPLETED" },
])("does not shade what promises nothing, or is short already: %j", (part) => {
  const short = foreseen([0, null], [1, "p", "ENERGY"]);
  expect(typedShortfall(short, typed(0), [promise(part)], 0)).toEqual({ lines: [], shaded: [] });
});

test("what is delivered in full is neither shaded nor has a line", () => {
  const full = foreseen([0, null], [10 - 1e-9, "with:0", "ENERGY"], [10, "with:0"]);
  expect(typedShortfall(full, typed(10), [], 0)).toEqual({ lines: [], shaded: [] });
});
