import { expect, test } from "vitest";
import {
  chosenAssets,
  chosenOf,
  chosenParam,
  IN_MEMORY,
  MOST_IN_ADDRESS,
  placesIn,
  rangeOf,
  withChosen,
} from "../../web/dashboard/fleet/chosen.ts";
import type { Row } from "../../web/dashboard/fleet/rows.ts";
import type { FleetAsset } from "../../web/dashboard/live/asset-list.ts";

const NONE: ReadonlySet<string> = new Set();
const many = (count: number) => new Set(Array.from({ length: count }, (_, n) => `${n}`));

test("the address has the chosen assets, and memory those that are too many for it", () => {
  expect(chosenParam(NONE)).toBeUndefined();
  expect(chosenParam(new Set(["a", "b"]))).toBe("a,b");
  expect(chosenParam(many(MOST_IN_ADDRESS))?.split(",").length).toBe(MOST_IN_ADDRESS);
  expect(chosenParam(many(MOST_IN_ADDRESS + 1))).toBe(IN_MEMORY);
  expect(chosenOf("a,b", many(3))).toEqual(new Set(["a", "b"]));
  expect(chosenOf(undefined, many(3))).toEqual(NONE);
  expect(chosenOf(IN_MEMORY, many(3))).toEqual(many(3));
});

test("assets are put into a choice, and taken out of it", () => {
  const two = withChosen(NONE, ["a", "b"], true);
  expect([...two]).toEqual(["a", "b"]);
  expect([...withChosen(two, ["a", "c"], false)]).toEqual(["b"]);
});

test("a range has the assets between two rows, in either direction, without headings", () => {
  const heading: Row = { siteId: "s", siteName: "S", places: [] };
  const rows: Row[] = [5, 3, heading, 8, 1];
  expect(rangeOf(rows, 3, 1)).toEqual([3, 8, 1]);
  expect(rangeOf(rows, 8, 5)).toEqual([5, 3, 8]);
  expect(rangeOf(rows, undefined, 8)).toEqual([8]);
  expect(rangeOf(rows, 99, 8)).toEqual([8]);
  expect(placesIn(rows)).toEqual([5, 3, 8, 1]);
});

test("a chosen asset that left the fleet does not count", () => {
  const asset = (id: string) => ({ id }) as FleetAsset;
  expect(chosenAssets([asset("b"), asset("a")], new Set(["a", "gone"]))).toEqual([asset("a")]);
});
