import { expect, test } from "vitest";
import type { Line } from "../../web/dashboard/chart/line.ts";
import { alignLines, restOf, stackLines } from "../../web/dashboard/chart/stack.ts";
import { comparedAssets, comparedOf, largestSites } from "../../web/dashboard/fleet/compared.ts";
import type { FleetAsset } from "../../web/dashboard/live/asset-list.ts";

const line = (key: string, atMs: number[], values: (number | null)[]): Line => ({
  ...{ key, label: key, scale: "mw", colour: "text", atMs, values },
});

test("lines on one axis of time have null where one has no point", () => {
  const [a, b] = alignLines([line("a", [0, 2], [1, 2]), line("b", [1, 2], [3, 4])]);
  expect(a).toMatchObject({ atMs: [0, 1, 2], values: [1, null, 2] });
  expect(b).toMatchObject({ atMs: [0, 1, 2], values: [null, 3, 4] });
});

test("stacks discharge above zero and charge below it, the outermost first", () => {
  const stacked = stackLines([line("a", [0, 1], [5, -2]), line("b", [0, 1], [1, -3])]);
  expect(stacked.map(({ key }) => key)).toEqual(["b", "a"]);
  expect(stacked[0]?.stacked).toEqual({ above: [6, 0], below: [0, -5] });
  expect(stacked[1]?.stacked).toEqual({ above: [5, 0], below: [0, -2] });
  expect(stacked[0]?.values).toEqual([1, -3]);
});

test("the rest is what a whole has beyond its parts", () => {
  const whole = line("all", [0, 1], [10, null]);
  expect(restOf(whole, [line("a", [0, 1], [4, 1]), line("b", [0, 1], [null, 1])])).toEqual([
    6,
    null,
  ]);
});

const asset = (id: string, maxMw: number, siteId = "s"): FleetAsset => ({
  ...{ id, name: id, location: "", capacityMwhr: maxMw, maxMw, minMw: -1 },
  site: { id: siteId, name: siteId },
});

test("compares the chosen assets, or the largest, and no more than ten", () => {
  const assets = Array.from({ length: 12 }, (_, n) => asset(`${n}`, n));
  expect(comparedAssets(assets, undefined).map(({ id }) => id)).toEqual([
    ..."11 10 9 8 7 6 5 4 3 2".split(" "),
  ]);
  expect(comparedAssets(assets, ["3", "gone", "1"]).map(({ id }) => id)).toEqual(["3", "1"]);
  const compare = assets.map(({ id }) => id).join();
  expect(comparedOf({ compare }).ids?.length).toBe(10);
});

test("what an address does not know has its default", () => {
  expect(comparedOf({ chart: "x", of: "y" })).toEqual({
    ...{ kind: "fleet", ids: undefined, of: "power" },
  });
});

test("the largest sites are those of the largest capacity", () => {
  const assets = [asset("a", 1, "s"), asset("b", 3, "t"), asset("c", 4, "s")];
  expect(largestSites(assets).map(({ id }) => id)).toEqual(["s", "t"]);
});
