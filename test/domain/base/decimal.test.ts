import { expect, test } from "vitest";
import { readDecimal } from "../../../src/domain/base/decimal.ts";
import fc from "../../support/fast-check.ts";

test("a decimal is read as the number that it writes", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(readDecimal(Object.is(value, -0) ? "-0" : String(value))).toBe(value);
    }),
  );
});

test.each([
  ["5", 5],
  ["+5", 5],
  ["-0.5", -0.5],
  [".5", 0.5],
  ["5.", 5],
  ["007", 7],
  ["1e3", 1000],
  ["2.5E-3", 0.0025],
  ["0e999", 0],
])("%s is a decimal", (text, value) => {
  expect(readDecimal(text)).toBe(value);
});

test.each(
  "|0x10|0b11|0o17|1_000|1 000|1,5|1'000|Infinity|-.inf|NaN|.nan|1e400|1e-400| 5|5 |5\n|1:30|५|−5|--5|1e|.|e5|5m|true".split(
    "|",
  ),
)("%j is no decimal", (text) => {
  expect(readDecimal(text)).toBeUndefined();
});

test("a decimal comma is taken where it is said, and then a point is not", () => {
  expect(readDecimal("-1,5", ",")).toBe(-1.5);
  expect(readDecimal("15", ",")).toBe(15);
  for (const text of ["1.5", "1.234,5", "1,234,5", ""])
    expect(readDecimal(text, ",")).toBeUndefined();
});

test("a long text is refused at once", () => {
  const beganMs = performance.now();
  expect(readDecimal(`${"1".repeat(200_000)}x`)).toBeUndefined();
  expect(performance.now() - beganMs).toBeLessThan(100);
});
