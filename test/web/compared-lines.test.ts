import { expect, test } from "vitest";
import { alignSteps } from "../../web/dashboard/chart/foreseen.ts";
import type { Foreseen } from "../../web/dashboard/chart/trace-source.ts";
import { comparedAhead, comparedPast } from "../../web/dashboard/fleet/compared-lines.ts";

const foreseen = (...points: [number, number, number][]): Foreseen => ({
  points: points.map(([atMs, mw, socPct]) => ({ atMs, mw, socPct })),
  ...{ socMinPct: 0, socMaxPct: 100 },
});
const part = (id: string) => ({ id, name: id.toUpperCase() });
const [whole, a, b] = [part("others"), part("a"), part("b")];
const A = foreseen([0, 0, 50], [10, 4, 40], [20, 4, 30]);
const B = foreseen([2, 0, 50], [12, -1, 60], [22, -3, 70]);

test("steps of several lines hold since their previous points, where all of them are", () => {
  const lines = [A, B].map(({ points }) => ({
    atMs: points.map(({ atMs }) => atMs),
    values: points.map(({ mw }) => mw),
  }));
  expect(alignSteps(lines)).toEqual({
    atMs: [2, 10, 12, 20],
    values: [
      [4, 4, 4, 4],
      [0, -1, -1, -3],
    ],
  });
  expect(alignSteps([])).toEqual({ atMs: [], values: [] });
});

test("each compared asset has what is foreseen of it, shown and hidden with its past", () => {
  const [first, second] = comparedAhead("compare", "power", [a, b], [A, B], 5);
  expect(first).toMatchObject({ key: "a", label: "A, foreseen", isAhead: true, isStepped: true });
  expect(first).toMatchObject({ colour: "line-1", atMs: [5, 10, 20], values: [4, 4, 4] });
  expect(second).toMatchObject({ key: "b", colour: "line-2", scale: "mw" });
  const [soc] = comparedAhead("compare", "soc", [a, b], [A, B], 5);
  expect(soc).toMatchObject({ scale: "pct", isStepped: false, values: [45, 40, 30] });
});

test("an asset that is not foreseen leaves the others as they are", () => {
  expect(comparedAhead("compare", "power", [a, b], [undefined, B], 5)).toMatchObject([
    { key: "b", colour: "line-2" },
  ]);
});

test("powers ahead are stacked as behind, with the rest of the whole", () => {
  const all = foreseen([0, 0, 50], [10, 9, 40], [20, 9, 30]);
  const lines = comparedAhead("assets", "power", [whole, a, b], [all, A, B], 5);
  expect(lines.map(({ key }) => key)).toEqual(["others", "b", "a"]);
  expect(lines[0]).toMatchObject({ colour: "idle", atMs: [5, 10, 12, 20], values: [6, 6, 6, 8] });
  expect(lines[0]?.stacked).toEqual({ above: [10, 10, 10, 12], below: [-1, -1, -1, -3] });
  expect(lines[2]?.stacked).toEqual({ above: [4, 4, 4, 4], below: [0, 0, 0, 0] });
});

test("a whole that is not foreseen has no rest", () => {
  const lines = comparedAhead("sites", "power", [whole, a, b], [undefined, A, B], 5);
  expect(lines.map(({ key }) => key)).toEqual(["b", "a"]);
});

test("powers behind are stacked with the rest of the whole", () => {
  const points = (...mws: number[]) =>
    mws.map((meanMw, atMs) => ({
      ...{ atMs, meanMw, minMw: meanMw, maxMw: meanMw, setpointMw: null, socPct: 50 },
    }));
  const lines = comparedPast("assets", "power", [whole, a], [points(5, 5), points(2, 2)]);
  expect(lines.map(({ key, values }) => [key, values])).toEqual([
    ["others", [3, 3]],
    ["a", [2, 2]],
  ]);
});
