// Schedules as spreadsheets and other programs write them.
import { describe, expect, test } from "vitest";
import { ASSET, at, within } from "../../support/rest-under-test.ts";

const PATH = `/assets/${ASSET}/schedule`;
const ADVICE =
  "with semicolons and decimal commas, add ?separator=;&decimal=, to the address (or separator=tab)";

function put(url: string, body: BodyInit, query = "") {
  const headers = { "content-type": "text/csv" };
  return fetch(`${url}${PATH}${query}`, { method: "PUT", headers, body }).then(async (answer) => {
    const { detail, intervals } = (await answer.json()) as {
      detail?: string;
      intervals?: { mw: number; start_at: string; end_at: string }[];
    };
    return detail ?? intervals?.map(({ mw, start_at, end_at }) => [start_at, end_at, mw]);
  });
}

const HALVES = [
  [at(1), at(2), 1.5],
  [at(2), at(3), -0.5],
];

describe("a CSV schedule", () => {
  test.each([
    ["?separator=;&decimal=,", `from;until;mw\r\n${at(1)};${at(2)};1,5\r\n${at(2)};${at(3)};-0,5`],
    ["?separator=;", `from;until;mw\n${at(1)};${at(2)};1.5\n${at(2)};${at(3)};-.5\n`],
    [
      "?separator=%09&decimal=,",
      `from\tuntil\tmw\n${at(1)}\t${at(2)}\t1,5\n${at(2)}\t${at(3)}\t-0,5`,
    ],
    ["?separator=tab", `from\tuntil\tmw\n\n${at(1)}\t"${at(2)}"\t 1.5\n${at(2)}\t${at(3)}\t-0.5`],
    ["?decimal=,", `sep=;\r\nfrom;until;mw\r\n${at(1)};${at(2)};1,5\r\n${at(2)};${at(3)};-0,5`],
    ["", `sep=;\nfrom;until;mw\n${at(1)};${at(2)};1.5\n${at(2)};${at(3)};-0.5`],
    ["", `from,until,mw\n\n${at(1)},"${at(2)}", 1.5\n${at(2)},${at(3)},-0.5\n\n`],
    ["", `\ufefffrom,until,mw\n${at(1)},${at(2)},15e-1\n${at(2)},${at(3)},-0.5`],
  ])("is read as its address requires: %j", (query, text) =>
    within(async ({ url }) => {
      expect(await put(url, text, query)).toEqual(HALVES);
    }),
  );

  test.each([
    [
      "",
      `from;until;mw\n${at(1)};${at(2)};1,5\n`,
      `line 1 must be from,until,mw, not from;until;mw: ${ADVICE}`,
    ],
    ["", `from,until,mw\n${at(1)},${at(2)},1,5\n`, `line 2 must have 3 values, not 4: ${ADVICE}`],
    [
      "",
      `from,until,mw\n${at(1)},${at(2)},"1,5"\n`,
      `line 2: mw must be a number, not "1,5": ${ADVICE}`,
    ],
    ["", `from\tuntil\tmw\n`, `line 1 must be from,until,mw, not from<tab>until<tab>mw: ${ADVICE}`],
    [
      "?separator=;",
      `from;until;mw\n${at(1)};${at(2)};1,5\n`,
      `line 2: mw must be a number, not "1,5": ${ADVICE}`,
    ],
    [
      "?separator=;&decimal=,",
      `from;until;mw\n${at(1)};${at(2)};1.5\n`,
      'line 2: mw must be a number, not "1.5": it has a decimal point',
    ],
    [
      "?separator=;&decimal=,",
      `from;until;mw\n${at(1)};${at(2)};1.234,5\n`,
      'line 2: mw must be a number, not "1.234,5": write it in decimal, like 12,5',
    ],
    [
      "?decimal=,",
      "from,until,mw\n",
      "decimal and separator must be different signs: with decimal commas, name another separator, like separator=;",
    ],
    ["", `sep=;\nfrom;until;mw\n${at(1)};${at(2)};x\n`, 'line 3: mw must be a number, not "x"'],
    ["?separator=|", "from|until|mw\n", 'separator must be , or ; or tab, not "|"'],
    ["?decimal=x", "from,until,mw\n", 'decimal must be . or ,, not "x"'],
  ])("is refused with what to do: %j %j", (query, text, detail) =>
    within(async ({ url }) => {
      expect(await put(url, text, query)).toBe(detail);
    }),
  );

  test.each([
    "0x10",
    "0b11",
    "0o17",
    "1_000",
    "Infinity",
    "NaN",
    "1e400",
    "1e-400",
    "1 000",
    "5 MW",
    "",
  ])("is refused with line, column and value for a power of %j", (mw) =>
    within(async ({ url }) => {
      const text = `from,until,mw\n${at(1)},${at(2)},5\n${at(2)},${at(3)},${mw}\n`;
      const advice = /\d/.test(mw) ? ": write it in decimal, like 12.5" : "";
      expect(await put(url, text)).toBe(`line 3: mw must be a number, not "${mw}"${advice}`);
    }),
  );

  test.each([
    [
      "UTF-16",
      new Uint8Array(Buffer.from("\ufefffrom,until,mw\n", "utf16le")),
      "the body is not UTF-8, line 1: the text is UTF-16: save it as UTF-8",
    ],
    [
      "Latin-1",
      new Uint8Array(Buffer.from("from,until,mw\nä", "latin1")),
      "the body is not UTF-8, line 2: the text is Latin-1 or another encoding: save it as UTF-8",
    ],
    [
      "UTF-16 without a mark",
      new Uint8Array(Buffer.from("from,until,mw\n", "utf16le")),
      "line 1: the text is UTF-16: save it as UTF-8",
    ],
  ])("in %s is refused by its name", (_, body, detail) =>
    within(async ({ url }) => {
      expect(await put(url, body)).toBe(detail);
    }),
  );

  test("has parts of the address that JSON has not", () =>
    within(async ({ call }) => {
      expect(await call("PUT", `${PATH}?separator=;`, { intervals: [] })).toMatchObject({
        status: 400,
        body: { field: "separator", detail: "separator is for text/csv: leave it out for JSON" },
      });
    }));
});
