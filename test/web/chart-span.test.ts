import { expect, test } from "vitest";
import { boundsOf, pastOf } from "../../web/dashboard/chart/span.ts";
import { spanOf, spanParams } from "../../web/dashboard/chart/span-params.ts";

test("a span reaches ahead of now as far as is chosen", () => {
  const span = spanOf({ last: "60", ahead: "30" });
  expect(span).toEqual({ kind: "latest", lengthS: 60, aheadS: 30 });
  expect(boundsOf(span, 100_000)).toEqual({ fromMs: 40_000, untilMs: 130_001 });
  expect(pastOf(span, 100_000)).toEqual({ fromMs: 40_000, untilMs: 100_001 });
});

test("a window that lies ahead has an empty past", () => {
  const window = { kind: "window", fromMs: 200_000, untilMs: 300_000 } as const;
  expect(pastOf(window, 100_000)).toEqual({ fromMs: 200_000, untilMs: 200_000 });
});

test.each([
  [{}, 900],
  [{ ahead: "0" }, 900],
  [{ last: "3600", ahead: "86400" }, 0],
  [{ from: "2026-11-20T12:00:00Z", until: "2026-11-20T13:00:00Z" }, 900],
])("the span of an address has that address: %j, %d s at first", (params, firstAheadS) => {
  const written = spanParams(spanOf(params, firstAheadS), firstAheadS);
  expect(JSON.parse(JSON.stringify(written))).toEqual(params);
});

test.each([
  { last: "-1" },
  { last: "1.5" },
  { last: "1e3" },
  { last: "99999999" },
  { ahead: "-1" },
  { ahead: "x" },
  { ahead: "1e9" },
  { from: "x", until: "y" },
  { from: "0001-01-01T00:00:00Z", until: "9999-01-01T00:00:00Z" },
  { from: "2020-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z" },
  { from: "9998-01-01T00:00:00Z", until: "9998-01-02T00:00:00Z" },
  { from: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z" },
])("what is no span has the first one: %j", (params) => {
  expect(spanOf(params, 900)).toEqual({ kind: "latest", lengthS: 900, aheadS: 900 });
});
