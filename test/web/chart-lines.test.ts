import { expect, test } from "vitest";
import { sumForecasts } from "../../web/dashboard/chart/foreseen.ts";
import { type Line, newestOf, rowsOfLines, valueAt } from "../../web/dashboard/chart/line.ts";
import { csvOfLines } from "../../web/dashboard/chart/lines-csv.ts";
import { aroundSoc } from "../../web/dashboard/chart/soc-range.ts";
import { linesAhead } from "../../web/dashboard/chart/trace-lines.ts";

const line = (part: Partial<Line>): Line => ({
  ...{
    key: "a",
    label: "A",
    scale: "mw",
    colour: "text",
    atMs: [0, 1000, 2000],
    values: [1, 2, 3],
  },
  ...part,
});

test("the value at an instant is that of the nearest point", () => {
  expect([0, 400, 600, 2000].map((ms) => valueAt(line({}), ms))).toEqual([1, 1, 2, 3]);
  expect(valueAt(line({}), 9000)).toBeUndefined();
  expect(valueAt(line({ values: [1, null, 3] }), 1000)).toBeNull();
});

test("a stepped value holds since the previous point", () => {
  expect([0, 1, 1000, 1001].map((ms) => valueAt(line({ isStepped: true }), ms))).toEqual([
    1, 2, 2, 3,
  ]);
});

test("the newest point is the last that has a value", () => {
  expect(newestOf(line({ values: [1, 2, null] }))).toEqual({ atMs: 1000, value: 2 });
  expect(newestOf(line({ values: [null, null, null] }))).toBeUndefined();
});

test("lines become one table in the order of time", () => {
  const other = line({ key: "b", atMs: [500, 1000], values: [8, 9] });
  expect(rowsOfLines([line({ values: [1, 2, null] }), other])).toEqual([
    { atMs: 0, values: [1, null] },
    { atMs: 500, values: [null, 8] },
    { atMs: 1000, values: [2, 9] },
  ]);
});

test("lines are written as CSV that programs read, each with its unit", () => {
  const soc = line({ key: "foreseen-soc", scale: "pct", values: [null, 50.5, 60] });
  const asset = line({ key: "x", name: 'A, "1"', values: [1, 2, 3] });
  expect(csvOfLines([soc, asset])).toBe(
    'timestamp,foreseen_soc_pct,"A, ""1""_mw"\n' +
      "1970-01-01T00:00:00.000Z,,1\n" +
      "1970-01-01T00:00:01.000Z,50.5,2\n" +
      "1970-01-01T00:00:02.000Z,60,3\n",
  );
});

test("what is foreseen begins now, as time goes on", () => {
  const points = [
    { atMs: 0, mw: 0, socPct: 50 },
    { atMs: 10_000, mw: -4, socPct: 60 },
    { atMs: 20_000, mw: 2, socPct: 50 },
  ];
  const foreseen = { points, socMinPct: 5, socMaxPct: 95 };
  const [power, soc] = linesAhead(foreseen, 5000, false);
  expect(power).toMatchObject({ atMs: [5000, 10_000, 20_000], values: [-4, -4, 2] });
  expect(soc).toMatchObject({ values: [55, 60, 50] });
  expect(linesAhead(foreseen, 20_000, false)[0]?.values).toEqual([]);
});

test("the fleet is foreseen as the sum of its sites, where all of them are", () => {
  const forecast = (...mws: number[]) =>
    mws.map((mw, n) => ({ timestamp: new Date(n * 1000).toISOString(), mw, socMwhr: 10 * mw }));
  const sums = sumForecasts([forecast(1, 2, 3), forecast(4, 5)]);
  expect(sums.map(({ mw, socMwhr }) => [mw, socMwhr])).toEqual([
    [5, 50],
    [7, 70],
  ]);
  expect(sumForecasts([])).toEqual([]);
});

test("the axis of SoC is scaled to what is seen, within 0 to 100 %", () => {
  expect(aroundSoc(40, 60)).toEqual([38, 62]);
  expect(aroundSoc(50, 50)).toEqual([49, 51]);
  expect(aroundSoc(0, 100)).toEqual([0, 100]);
  expect(aroundSoc(null, null)).toEqual([0, 100]);
});
