import { expect, test } from "vitest";
import type { DataPoint } from "../../../src/domain/data-point/data-point.ts";
import { pathsAbove, retainedFromMs } from "../../../src/domain/data-point/retention.ts";
import { pointOf } from "../../support/data-points.ts";

const entriesOf = (retentions: Readonly<Record<string, string | null>>) =>
  new Map(
    Object.entries(retentions).map(([path, retention]) => [path, pointOf(path, { retention })]),
  );

function cutOf(now: string, retention: string | null, above = {}, more: Partial<DataPoint> = {}) {
  const point = pointOf("A/b/C", { retention, ...more });
  const ms = retainedFromMs(point, entriesOf(above), Date.parse(now));
  return Number.isFinite(ms) ? new Date(ms).toISOString() : ms;
}

test("paths above a path are named from the nearest on", () => {
  expect(pathsAbove("A/b/C")).toEqual(["A/b", "A"]);
  expect(pathsAbove("A")).toEqual([]);
});

test.each([
  ["PT1H", "2026-03-31T11:30:00.000Z"],
  ["P1D", "2026-03-30T12:30:00.000Z"],
  ["P1M", "2026-02-28T12:30:00.000Z"],
  ["P1M1D", "2026-02-27T12:30:00.000Z"],
  ["P2Y1M", "2024-02-29T12:30:00.000Z"],
])("retention of %s counts back as the database does", (retention, cut) => {
  expect(cutOf("2026-03-31T12:30:00Z", retention)).toBe(cut);
});

test("the nearest entry above holds where a data point has none", () => {
  const now = "2026-03-31T00:00:00Z";
  const day = "2026-03-30T00:00:00.000Z";
  expect(cutOf(now, null, { A: "P1Y", "A/b": "P1D" })).toBe(day);
  expect(cutOf(now, "P1D", { A: "P1Y", "A/b": "P2D" })).toBe(day);
  expect(cutOf(now, null, { A: "P1D", "A/b": null })).toBe(day);
  expect(cutOf(now, null, { AB: "P1D" })).toBe(-Infinity);
  expect(cutOf(now, null)).toBe(-Infinity);
  expect(cutOf(now, null, { A: "P1D" }, { isReadOnly: true })).toBe(-Infinity);
});
