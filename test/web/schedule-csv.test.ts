import { describe, expect, test } from "vitest";
import { csvInput } from "../../src/api/rest/dispatch/schedule-input.ts";
import { readInstant } from "../../src/domain/time/instant.ts";
import { csvInstantMs } from "../../web/dashboard/dispatch/csv-instant.ts";
import { readScheduleCsv } from "../../web/dashboard/dispatch/schedule-csv.ts";
import fc from "../support/fast-check.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const HOUR = "2026-11-20T12:00:00Z,2026-11-20T13:00:00+00:00";

/** What the REST API reads of a CSV; undefined where it refuses it. */
function overRest(bytes: Uint8Array, query: Parameters<typeof csvInput>[1] = {}) {
  const read = csvInput(bytes, query);
  if ("code" in read) return undefined;
  return read.intervals.map(({ from, until, mw }) => ({ fromMs: from, untilMs: until, mw }));
}

const TAKEN = [
  `from,until,mw\r\n${HOUR},-2.5\r\n`,
  `from,until,mw\n\n${HOUR},1\n\n\n`,
  `\n\nfrom,until,mw\n${HOUR},1`,
  `"from","until","mw"\n"2026-11-20T12:00:00Z","2026-11-20T13:00:00Z","1.5"\n`,
  `\ufefffrom, until , mw\n 2026-11-20T12:00Z , 2026-11-20 13:00+02 , 1e1 \n`,
  `from,until,mw\n1795176000000,1795179600000,.5\n`,
  "from,until,mw\n",
];
const REFUSED = [
  "",
  "a,b,c",
  "From,Until,MW\n",
  `from,until,mw\n${HOUR}`,
  `from,until,mw\n${HOUR},1,2`,
  `from,until,mw\n${HOUR},`,
  `from,until,mw\n${HOUR},much`,
  `from,until,mw\n${HOUR},0x10`,
  `from,until,mw\n${HOUR},1e999`,
  `from,until,mw\n${HOUR},1e-999`,
  `from,until,mw\n"${HOUR},1`,
  `from,until,mw\nnow,2026-11-20T13:00:00Z,1`,
  `from,until,mw\n2026-11-20T12:00:00,2026-11-20T13:00:00Z,1`,
  `from,until,mw\n   \n${HOUR},1\0`,
];

describe("a CSV of a schedule", () => {
  test.each(TAKEN)("is taken as over REST: %j", (text) => {
    const intervals = readScheduleCsv(bytesOf(text));
    expect(intervals).toEqual(overRest(bytesOf(text)));
  });

  test.each(REFUSED)("is refused as over REST: %j", (text) => {
    expect(overRest(bytesOf(text))).toBeUndefined();
    expect(readScheduleCsv(bytesOf(text))).toHaveProperty("wrong");
  });

  test("is read as over REST whatever blank lines, quotes and spaces it has", () => {
    const cell = fc
      .constantFrom("2026-11-20T12:00:00Z", "2026-11-20T12:15:00+01:00", "-2.5", "1", "x", "", " ")
      .chain((text) => fc.constantFrom(text, `"${text}"`, ` ${text} `));
    const line = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(cell, cell, cell).map((cells) => cells.join(",")) },
      fc.constantFrom("", " ", ",,"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), fc.constantFrom("\n", "\r\n"), (lines, end) => {
        const bytes = bytesOf(["from,until,mw", ...lines].join(end));
        const read = readScheduleCsv(bytes);
        expect("wrong" in read ? undefined : read).toEqual(overRest(bytes));
      }),
      { numRuns: 400 },
    );
  });

  test("of a spreadsheet with semicolons and decimal commas is taken as REST takes it where it is named", () => {
    const bytes = bytesOf(`from;until;mw\n${HOUR.replace(",", ";")};-2,5\n`);
    expect(readScheduleCsv(bytes)).toEqual(overRest(bytes, { separator: ";", decimal: "," }));
    const tabs = bytesOf(`from\tuntil\tmw\n${HOUR.replace(",", "\t")}\t2.5\n`);
    expect(readScheduleCsv(tabs)).toEqual(overRest(tabs, { separator: "\t" }));
    const stated = bytesOf(`sep=;\r\nfrom;until;mw\r\n${HOUR.replace(",", ";")};-2,5\r\n`);
    expect(readScheduleCsv(stated)).toEqual(readScheduleCsv(bytes));
  });

  test("names the line and the reason of each error", () => {
    const text = `from,until,mw\n\nnow,2026-11-20T13:00:00Z,1\n"${HOUR.replace(",", '","')}",x\n`;
    expect(readScheduleCsv(bytesOf(text))).toEqual({
      wrong: [
        expect.stringMatching(/^Line 3: from must be an instant .*“now”/),
        "Line 4: mw must be a number like -2.5, not “x”.",
      ],
    });
    expect(readScheduleCsv(bytesOf("a,b,c"))).toEqual({
      wrong: ["Line 1 must be from,until,mw, not “a,b,c”."],
    });
    expect(readScheduleCsv(new Uint8Array([0xff, 0xfe, 0x66, 0]))).toEqual({
      wrong: [expect.stringContaining("UTF-8")],
    });
  });
});

test("an instant is read as the server reads it", () => {
  const two = fc.integer({ min: 0, max: 62 }).map((n) => String(n).padStart(2, "0"));
  const text = fc
    .tuple(
      fc.constantFrom("2026", "2028", "0000", "0001", "9999"),
      ...[two, two, two, two, two],
      fc.constantFrom("T", " ", "t", "x"),
      fc.constantFrom("", ".5", ".1239", "."),
      fc.constantFrom("Z", "z", "+02:00", "-0530", "+24", "+02", " 0200", "", " +01"),
    )
    .map(
      ([year, month, day, hour, minute, second, sign, fraction, offset]) =>
        `${year}-${month}-${day}${sign}${hour}:${minute}:${second}${fraction}${offset}`,
    );
  const check = (given: string) => {
    const read = readInstant(given);
    expect(csvInstantMs(given), given).toEqual("ms" in read ? read.ms : undefined);
  };
  fc.assert(fc.property(text, check), { numRuns: 3000 });
  const near = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 27, max: 32 }))
    .map(([month, day]) => `2027-${String(month).padStart(2, "0")}-${day}T10:00Z`);
  fc.assert(fc.property(near, check), { numRuns: 300 });
  for (const given of [
    "0",
    "123",
    "99999999999",
    "100000000000",
    "9999999999999",
    "1e12",
    "2026-11-20",
  ])
    check(given);
});
