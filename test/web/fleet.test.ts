import { expect, test } from "vitest";
import { type Choice, SORTS } from "../../web/dashboard/fleet/choice.ts";
import { movesRows, rankAssets, rowsOf } from "../../web/dashboard/fleet/rows.ts";
import { createFleet, type Fleet, TRAIL } from "../../web/dashboard/live/fleet.ts";
import { createFrameReader } from "../../web/dashboard/live/frame-reader.ts";
import { asset, frame, sample } from "./fleet-columns.ts";

const ASSETS = [
  asset("a", "BESS-10", "Oulu"),
  asset("b", "BESS-9", "Vaasa"),
  asset("c", "BESS-1", "Oulu"),
];
const CHOICE = {
  sort: "name",
  isDescending: false,
  text: "",
  status: undefined,
  bySite: false,
} as const;

/** With what reads its frames, as the worker does. */
function createReadFleet() {
  const fleet = createFleet(ASSETS);
  const read = createFrameReader(ASSETS.map(({ id }) => id));
  const apply = (...of: Parameters<typeof frame>) => {
    const report = read(frame(...of));
    fleet.apply(structuredClone(report));
    return report;
  };
  return { fleet, apply };
}

/** Rows as in the table: with reported columns only where they move rows. */
function orderOf({ columns }: Fleet, choice: Choice) {
  return rowsOf(ASSETS, rankAssets(ASSETS), choice, movesRows(choice) ? columns : undefined);
}

function startFleet() {
  const { fleet, apply } = createReadFleet();
  apply(1, [
    sample("a", { currentMw: 5, socMwhr: 10, status: "DISCHARGING" }),
    sample("b", { currentMw: -8, socMwhr: 5, status: "CHARGING", limitedBy: "RAMP" }),
    sample("c", { currentMw: 0, socMwhr: 0 }),
  ]);
  return { fleet, apply };
}

test("holds the newest sample of each asset, and the totals of the frame", () => {
  const { fleet } = startFleet();
  expect([...fleet.columns.currentMw]).toEqual([5, -8, 0]);
  expect([...fleet.columns.limit]).toEqual([0, 3, 0]);
  expect(fleet.totals).toMatchObject({
    currentMw: -3,
    socMwhr: 15,
    capacityMwhr: 30,
    socPct: 50,
    reportedCount: 3,
    statusCounts: { IDLE: 1, CHARGING: 1, DISCHARGING: 1 },
  });
});

test("leaves an asset as it was that does not report, and does not count it", () => {
  const { fleet, apply } = startFleet();
  expect(apply(2, [sample("a", { currentMw: 1 })]).isKnown).toBe(true);
  expect([...fleet.columns.currentMw]).toEqual([1, -8, 0]);
  expect(fleet.totals).toMatchObject({ currentMw: 1, reportedCount: 1 });
});

test("reports an asset that it does not know", () => {
  expect(startFleet().apply(2, [sample("new", {})]).isKnown).toBe(false);
});

test("holds the last powers of an asset, oldest first", () => {
  const { fleet, apply } = createReadFleet();
  for (let tick = 1; tick <= TRAIL + 2; tick++) apply(tick, [sample("b", { currentMw: tick })]);
  const trail = fleet.trailOf(1);
  expect([trail.length, trail[0], trail.at(-1)]).toEqual([TRAIL, 3, TRAIL + 2]);
  expect(fleet.trailOf(0)).toHaveLength(0);
});

test("begins a trail with what came before", () => {
  const { fleet, apply } = createReadFleet();
  fleet.beginTrail(2, [1, 2]);
  apply(1, [sample("c", { currentMw: 3 })]);
  expect([...fleet.trailOf(2)]).toEqual([1, 2, 3]);
});

test("orders names as people count, and figures by size", () => {
  const { fleet } = startFleet();
  expect(orderOf(fleet, CHOICE)).toEqual([2, 1, 0]);
  expect(orderOf(fleet, { ...CHOICE, sort: "power" })).toEqual([1, 2, 0]);
  expect(orderOf(fleet, { ...CHOICE, sort: "power", isDescending: true })).toEqual([0, 2, 1]);
});

test("moves rows by what assets report, where that is what they are sorted or chosen by", () => {
  const moving = SORTS.filter((sort) => movesRows({ ...CHOICE, sort }));
  expect(moving).toEqual(["soc", "power", "setpoint", "status", "limit"]);
  expect(movesRows({ ...CHOICE, status: "IDLE" })).toBe(true);
  expect(movesRows({ ...CHOICE, bySite: true, text: "o" })).toBe(false);
});

test("finds by name, site and status", () => {
  const { fleet } = startFleet();
  expect(orderOf(fleet, { ...CHOICE, text: " ouLU " })).toEqual([2, 0]);
  expect(orderOf(fleet, { ...CHOICE, status: "CHARGING" })).toEqual([1]);
  expect(orderOf(fleet, { ...CHOICE, text: "nowhere" })).toEqual([]);
});

test("groups by site", () => {
  const { fleet } = startFleet();
  const rows = orderOf(fleet, { ...CHOICE, bySite: true });
  expect(rows).toEqual([
    { siteId: "site of Oulu", siteName: "Oulu", places: [2, 0] },
    2,
    0,
    { siteId: "site of Vaasa", siteName: "Vaasa", places: [1] },
    1,
  ]);
});
