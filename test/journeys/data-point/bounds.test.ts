// Small compressed bodies that would become many objects: refused with a code before these are made.
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { expect, test } from "vitest";
import { readCsvRows } from "../../../src/api/rest/data-point/csv-input.ts";
import { createRowInput, readJsonRows } from "../../../src/api/rest/data-point/row-input.ts";
import type { DataPoint } from "../../../src/domain/data-point/data-point.ts";
import type { JsonSchemas } from "../../../src/domain/ports/json-schemas.ts";
import { readWrites } from "../../../src/services/data-point/writes.ts";
import { type RestApplication, within } from "../../support/rest-under-test.ts";

const MANY = 8_000_000;
const [FROM, UNTIL] = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"];
const HEAD = "id,timestamp,value";
const DEFAULTS = {
  source: "original",
  ...{ unit: undefined, knownMs: undefined, expiresAtMs: undefined },
} as const;

async function send({ url }: RestApplication, type: string, body: string | Uint8Array) {
  const headers = { "content-type": type, "content-encoding": "gzip" };
  const init = { method: "POST", headers, body: new Uint8Array(gzipSync(body)) };
  const answer = await fetch(`${url}/save_data`, init);
  return { status: answer.status, ...(await answer.json()) };
}

/** Reads a CSV, and counts its turns. */
async function turnsOf(csv: string) {
  let count = 0;
  const turns = { next: async () => void count++ };
  const signs = { separator: ",", decimal: "." } as const;
  const refused = await readCsvRows(Buffer.from(csv), signs, createRowInput(DEFAULTS), turns);
  return { count, code: refused?.code };
}

test("lines of CSV with too many cells, or too many lines, are refused", () =>
  within(async (application) => {
    const wide = { code: "BAD_INPUT", status: 400 };
    for (const [name, csv, found] of [
      ["names", HEAD + ",".repeat(MANY), wide],
      ["a row", `${HEAD}\n${",".repeat(MANY)}`, { ...wide, row: 1 }],
      ["quoted cells", `${HEAD}\n${'"",'.repeat(MANY / 4)}`, { ...wide, row: 1 }],
      ["another end of lines", `${HEAD}\r\n${",\n".repeat(MANY / 2)}`, { ...wide, row: 1 }],
      ["rows", `${HEAD}\n${`${",".repeat(60)}\n`.repeat(MANY / 61)}`, { ...wide, row: 1 }],
      ["empty lines", HEAD + "\n".repeat(MANY), { code: "TOO_MANY_VALUES" }],
      ["one cell", `${HEAD}\n"${"a".repeat(MANY)}`, wide],
    ] as const)
      expect(await send(application, "text/csv", csv), name).toMatchObject(found);
  }));

test("a line of CSV with too many cells is not read to its end", async () => {
  const csv = `${HEAD}\n${",".repeat(MANY)}`;
  expect(await turnsOf(csv)).toEqual({ count: 1, code: "BAD_INPUT" });
});

test("CSV without rows is read in many turns", async () => {
  const { count, code } = await turnsOf(" ".repeat(1_000_000));
  expect([count > 50, code]).toEqual([true, "BAD_INPUT"]);
});

test("separators and ends of lines between quotes are of one cell", async () => {
  const list = JSON.stringify(Array.from({ length: 100 }, (_, n) => n)).replaceAll(",", ",\n");
  const input = createRowInput(DEFAULTS);
  const signs = { separator: ",", decimal: "." } as const;
  const csv = `\n${HEAD}\r\n\n \nA,${FROM},"${list}"\n\nA,${UNTIL},"a ""b"", c"\n`.replaceAll(
    "\r\n",
    "\n",
  );
  const turns = { next: async () => {} };
  expect(await readCsvRows(Buffer.from(csv), signs, input, turns)).toBeUndefined();
  expect(input.writes()).toMatchObject([
    { path: "A", values: [{ content: { text: list } }, { content: { text: 'a "b", c' } }] },
  ]);
});

test("the name of a column that is not there is cut in its refusal, in every format", () =>
  within(async (application) => {
    const name = "x".repeat(500_000);
    const row = { id: "A", timestamp: FROM, value: 1, [name]: 1 };
    const json = await send(application, "application/json", JSON.stringify([row]));
    const csv = await send(application, "text/csv", `${HEAD},${name}\nA,${FROM},1,1\n`);
    const columns = { id: ["A"], timestamp: [0], value: [1], [name]: [1] };
    const bytes = tableToIPC(tableFromArrays(columns), { format: "stream" }) as Uint8Array;
    const arrow = await send(application, "application/vnd.apache.arrow.stream", bytes);
    for (const answer of [json, csv, arrow]) {
      const cut = `${"x".repeat(60)}…`;
      const detail = expect.stringContaining(`"${cut}" is no column`);
      expect(answer).toMatchObject({ code: "BAD_INPUT", column: cut, detail });
      expect(JSON.stringify(answer).length).toBeLessThan(1_000);
    }
  }));

test("texts that are more than 32 MiB together are refused, with the row", () => {
  const input = createRowInput(DEFAULTS);
  const value = { text: "x".repeat(2 ** 20), decimal: "." } as const;
  for (let n = 0; n < 32; n++)
    expect(input.add({ id: "A", timestamp: FROM, atMs: n, value })).toBeUndefined();
  const one = { text: "x", decimal: "." } as const;
  expect(input.add({ id: "A", timestamp: FROM, atMs: 32, value: one })).toMatchObject({
    ...{ code: "BAD_INPUT", row: 33, column: "value" },
    detail: expect.stringContaining("all texts together"),
  });
});

test("a text of more than 1 MiB is refused, and long texts are read in turns of their own", async () => {
  const input = createRowInput(DEFAULTS);
  const text = JSON.stringify("x".repeat(200_000));
  const rowOf = (n: number, of: string) => {
    return { id: `A/${n}`, timestamp: FROM, value: { text: of, decimal: "." } } as const;
  };
  for (let n = 0; n < 10; n++) expect(input.add(rowOf(n, text))).toBeUndefined();
  const tooLong = input.add(rowOf(10, "x".repeat(2 ** 20 + 1)));
  expect(tooLong).toMatchObject({ row: 11, column: "value" });
  let count = 0;
  const point = { type: "static_data", jsonSchema: null } as DataPoint;
  const read = await readWrites(input.writes(), {
    points: new Map(input.writes().map(({ path }) => [path, { ...point, path }])),
    schemas: {
      refuseSchema: async () => undefined,
      refuseDocument: async () => undefined,
    } as JsonSchemas,
    turns: { next: async () => void count++ },
    ...{ nowMs: Date.parse(UNTIL), author: "a", mayBackfill: () => true },
  });
  expect([(read as readonly unknown[]).length, count]).toEqual([10, 10]);
});

test("a body of JSON that is many small lists, or rows, is parsed in many turns", async () => {
  const many = (item: string) => `[${`${item},`.repeat(300_000)}${item}]`;
  const row = (value: string) => `{"id":"A","timestamp":"${FROM}","value":${value}}`;
  for (const [body, code] of [
    [many("[]"), "BAD_INPUT"],
    [many("{}"), "BAD_INPUT"],
    [`[${row(many("[]"))}]`, undefined],
    [`[${Array(11_000).fill(row("1")).join(",")}]`, undefined],
    [`[${row(many("1"))},`, "BAD_JSON"],
  ] as const) {
    let count = 0;
    const turns = { next: async () => void count++ };
    const refused = await readJsonRows(Buffer.from(body), createRowInput(DEFAULTS), turns);
    expect([refused?.code, count >= 4], body.slice(0, 60)).toEqual([code, true]);
  }
});

test("JSON with too many levels, or names of one object, is refused in every format", () =>
  within(async (application) => {
    const describe = JSON.stringify([{ id: "A", type: "static_data" }]);
    const headers = { "content-type": "application/json" };
    await fetch(`${application.url}/describe_data`, { method: "POST", headers, body: describe });
    const names = Array.from({ length: 10_001 }, (_, n) => `"k${n}":1`).join(",");
    for (const [json, wrong] of [
      ["[".repeat(101) + "]".repeat(101), "100 lists and objects in each other"],
      ["[".repeat(100_000) + "]".repeat(100_000), "100 lists and objects in each other"],
      [`[{${names}}]`, "10000 names in one object: send a list"],
    ] as const) {
      const rows = `[{"id":"A","timestamp":"${FROM}","value":${json}}]`;
      const csv = `${HEAD}\nA,${FROM},"${json.replaceAll('"', '""')}"\n`;
      const found = [await send(application, "application/json", rows)];
      found.push(await send(application, "text/csv", csv));
      for (const answer of found)
        expect(answer).toMatchObject({
          ...{ status: 422, code: "VALUE_INVALID", column: "value" },
          detail: expect.stringContaining(`value may have ${wrong}`),
        });
    }
  }));
