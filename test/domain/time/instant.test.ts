import { describe, expect, test } from "vitest";
import { readInstant } from "../../../src/domain/time/instant.ts";
import fc from "../../support/fast-check.ts";

const MS = Date.parse("2026-11-29T20:00:00Z");
const read = (given: unknown) => {
  const it = readInstant(given);
  return "ms" in it ? new Date(it.ms).toISOString() : it.wrong;
};

describe("an instant", () => {
  test.each([
    "2026-11-29T20:00:00Z",
    "2026-11-29t20:00:00z",
    "2026-11-29T20:00Z",
    "2026-11-29T20:00:00.000000000Z",
    "2026-11-29T20:00:00.0009999Z",
    "2026-11-29T22:00:00+02:00",
    "2026-11-29T22:00:00+0200",
    "2026-11-29T22:00:00+02",
    "2026-11-29T14:30:00-05:30",
    "2026-11-29T20:00:00-00:00",
    // pandas, PostgreSQL, Ruby
    "2026-11-29 20:00:00+00:00",
    "2026-11-29 20:00:00+00",
    "2026-11-29 22:00:00 +0200",
    // Addresses
    "2026-11-29T22:00:00 02:00",
    "2026-11-29 22:00:00  0200",
    MS,
    String(MS),
  ])("is read from %j", (given) => {
    expect(read(given)).toBe("2026-11-29T20:00:00.000Z");
  });

  test.each([
    [0, "1970-01-01T00:00:00.000Z"],
    [1e11, "1973-03-03T09:46:40.000Z"],
    ["9999999999999", "2286-11-20T17:46:39.999Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"],
  ])("may be %s", (given, expected) => {
    expect(read(given)).toBe(expected);
  });

  test.each([
    ["2026-11-29T20:00:00", "the offset is missing, add Z for UTC, or one like +02:00"],
    ["2026-11-29", "the time is missing"],
    ["2026-02-29T20:00:00Z", "there is no day 2026-02-29"],
    ["2100-02-29T20:00:00Z", "there is no day 2100-02-29"],
    ["2026-13-01T20:00:00Z", "there is no day 2026-13-01"],
    ["2026-11-00T20:00:00Z", "there is no day 2026-11-00"],
    ["2026-11-29T24:00:00Z", "hours end at 23, midnight is 00:00 of the next day"],
    ["2026-12-31T23:59:60Z", "leap seconds are not counted, seconds end at 59"],
    ["2026-11-29T20:60:00Z", "there is no time 20:60:00"],
    ["2026-11-29T20:00:00+24:00", "an offset is at most 23:59"],
    ["0000-11-29T20:00:00Z", "years are 1 to 9999"],
    ["0001-01-01T00:00:00+02:00", "years are 1 to 9999"],
    ["9999-12-31T23:59:59-02:00", "years are 1 to 9999"],
    [1_795_780_800, "it is too small for milliseconds since 1970, which have 13 digits"],
    ["20261129", "it is too small for milliseconds since 1970, which have 13 digits"],
    [1_795_780_800_000_000, "it is too large for milliseconds since 1970, which have 13 digits"],
    ["20261129200000", "it is too large for milliseconds since 1970, which have 13 digits"],
    [-1, "milliseconds count from 1970 on"],
    [MS + 0.5, "milliseconds are whole"],
  ])("is not %j, and the reason is said with the value", (given, reason) => {
    const shown = typeof given === "string" ? `"${given}"` : given;
    expect(read(given)).toBe(
      `must be an instant like 2026-11-20T12:00:00Z, not ${shown}: ${reason}`,
    );
  });

  test.each([
    "",
    "noon",
    "now",
    "20:00:00Z",
    " 2026-11-29T20:00:00Z",
    "2026-11-29T20:00:00Z\n",
    "2026-11-29T20:00:00 UTC",
    "2026-11-29T20:00:00,5Z",
    "+002026-11-29T20:00:00Z",
    "29.11.2026 20:00",
    "1.8e12",
    "-1",
    "２０２６-11-29T20:00:00Z",
    null,
    undefined,
    true,
    {},
    [],
    Number.NaN,
    Infinity,
    "x".repeat(1000),
  ])("is not %j", (given) => {
    expect(read(given)).toMatch(/^must be an instant like 2026-11-20T12:00:00Z, not .{1,70}$/);
  });

  test("is the same, or as wrong, with Z and with an offset of zero", () => {
    const digits = (most: number, width: number) =>
      fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(width, "0"));
    const year = fc.constantFrom("0000", "0001", "1900", "2000", "2024", "2026", "9999");
    const fraction = fc.constantFrom("", ".5", ".25", ".125", ".0005");
    const edge = (...texts: string[]) => fc.constantFrom("00", ...texts);
    const parts = fc.tuple(
      ...([year, digits(13, 2), digits(32, 2), edge("09", "23", "24", "25")] as const),
      ...([edge("59", "60"), edge("59", "60", "61"), fraction] as const),
    );
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second, fraction]) => {
        const text = `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`;
        const [usual, other] = [readInstant(`${text}Z`), readInstant(`${text}+00:00`)];
        if ("ms" in other) expect(usual).toEqual(other);
        else
          expect("wrong" in usual && usual.wrong.split(": ")[1]).toBe(other.wrong.split(": ")[1]);
      }),
      { numRuns: 3000 },
    );
  });

  test("comes back from every form that it is written in", () => {
    const ms = fc.integer({
      min: Date.parse("0001-01-02T00:00:00Z"),
      max: Date.parse("9999-12-30T23:59:59.999Z"),
    });
    const two = (number: number) => String(number).padStart(2, "0");
    const form = fc.record({
      separator: fc.constantFrom("T", "t", " "),
      more: fc.constantFrom("", "000", "999999"),
      minutes: fc.integer({ min: -1439, max: 1439 }),
      plus: fc.constantFrom("+", " ", " +"),
      colon: fc.constantFrom(":", ""),
    });
    fc.assert(
      fc.property(ms, form, (ms, { separator, more, minutes, plus, colon }) => {
        const system = new Date(ms + minutes * 60_000)
          .toISOString()
          .slice(0, -1)
          .replace("T", separator);
        const size = Math.abs(minutes);
        const offset = `${minutes < 0 ? "-" : plus}${two(Math.floor(size / 60))}${colon}${two(size % 60)}`;
        const text = `${system}${more}${offset}`;
        expect(readInstant(text), text).toEqual({ ms });
        expect(readInstant(new Date(ms).toISOString())).toEqual({ ms });
      }),
      { numRuns: 2_000 },
    );
  });
});
