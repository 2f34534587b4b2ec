// Places, and the choices of pages, as addresses.
import { expect, test } from "vitest";
import { spanOf, spanParams } from "../../web/dashboard/chart/span-params.ts";
import { choiceOf, paramsOf } from "../../web/dashboard/fleet/choice.ts";
import { hashOf, readPlace } from "../../web/dashboard/route/place.ts";

test.each([
  ["", { kind: "fleet" }],
  ["#/", { kind: "fleet" }],
  ["#/alarms", { kind: "alarms" }],
  ["#/asset/8f2b-1", { kind: "asset", id: "8f2b-1" }],
  ["#/site/5d0c", { kind: "site", id: "5d0c" }],
  ["#/site/", { kind: "unknown" }],
  ["#/asset/a/b", { kind: "unknown" }],
  ["#/constructor", { kind: "unknown" }],
])("%s is a page", (hash, page) => {
  expect(readPlace(hash).page).toEqual(page);
});

test("a place is the same after it was written and read", () => {
  const place = {
    page: { kind: "site", id: "5d0c" },
    params: { find: "a & b=c?#", by: "site" },
  } as const;
  expect(readPlace(hashOf(place.page, place.params))).toEqual(place);
});

test("a choice is the same after it was written and read, and defaults are left out", () => {
  const choice = {
    sort: "soc",
    isDescending: true,
    text: "ä",
    status: "CHARGING",
    bySite: true,
  } as const;
  const params = Object.fromEntries(Object.entries(paramsOf(choice)).filter(([, value]) => value));
  expect(choiceOf(params as Record<string, string>)).toEqual(choice);
  expect(Object.values(paramsOf(choiceOf({}))).every((value) => value === undefined)).toBe(true);
});

test("a span is the same after it was written and read, to the second", () => {
  const window = { kind: "window", fromMs: 1_795_000_000_000, untilMs: 1_795_003_600_000 } as const;
  const read = (params: object) => spanOf(params as Record<string, string>);
  expect(read(spanParams(window))).toEqual(window);
  const latest = { kind: "latest", lengthS: 86_400, aheadS: 3600 } as const;
  expect(read(spanParams(latest))).toEqual(latest);
  expect(spanParams({ kind: "latest", lengthS: 900, aheadS: 0 }).last).toBeUndefined();
});

test.each([
  { last: "-1" },
  { last: "x" },
  { from: "x", until: "y" },
  { from: "2026-02-01", until: "2026-01-01" },
])("a span that is not valid is the first one: %o", (params) => {
  expect(spanOf(params as Record<string, string>)).toEqual({
    kind: "latest",
    lengthS: 900,
    aheadS: 0,
  });
});
