// Documents that are texts, numbers or lists come back as they were from every format.
import { expect, test } from "vitest";
import { ASSET, within } from "../../support/rest-under-test.ts";

const DOCUMENTS = [
  ...["0", "true", "{}", "hello", "", "null", "NULL", "1e5", "007", "[1]", " a ", "'a", "=cmd"],
  ...['a "b", c;\n d', 1.5, 0, true, false, [1, "2"], { a: "1,5", b: null }],
];
const at = (n: number) => new Date(Date.parse("2026-01-01T00:00:00Z") + n * 1_000).toISOString();
const RANGE = `from=${at(0)}&until=${at(DOCUMENTS.length)}`;
const ARROW = "application/vnd.apache.arrow.stream";

for (const [type, signs] of [
  ["text/csv", ""],
  ["text/csv", "separator=;&decimal=,"],
  ["text/csv", "separator=tab"],
  [ARROW, ""],
  ["application/json", ""],
] as const)
  test(`documents come back from ${type} ${signs}`, () =>
    within(async ({ url, call, get }) => {
      await call("POST", "/describe_data", [{ id: "A", type: "static_data" }]);
      const rows = DOCUMENTS.map((value, n) => ({ id: "A", timestamp: at(n), value }));
      expect((await call("POST", "/save_data", rows)).status).toBe(200);
      const answer = await fetch(`${url}/query_data?${RANGE}&${signs}`, {
        headers: { accept: type },
      });
      const body = new Uint8Array(await answer.arrayBuffer());
      const range = { id: "A", source: "original", from: at(0), until: at(DOCUMENTS.length) };
      await call("POST", "/withdraw_data", range);
      expect(await get(`/query_data?id=A&${RANGE}`)).toEqual([]);
      const headers = { "content-type": type };
      const saved = await fetch(`${url}/save_data?${signs}`, { method: "POST", headers, body });
      expect([saved.status, await saved.text()]).toEqual([200, expect.anything()]);
      const read = await get(`/query_data?id=A&${RANGE}`);
      expect(read.map(({ value }: { value: unknown }) => value)).toEqual(DOCUMENTS);
    }));

test("a text without its quotes of JSON is refused, with what to do", () =>
  within(async ({ url, call }) => {
    await call("POST", "/describe_data", [{ id: "A", type: "static_data" }]);
    const body = `id,timestamp,value\nA,${at(0)},hello\n`;
    const headers = { "content-type": "text/csv" };
    const answer = await fetch(`${url}/save_data`, { method: "POST", headers, body });
    const problem = await answer.json();
    expect(problem).toMatchObject({ code: "VALUE_TYPE_WRONG", row: 1, column: "value" });
    expect(problem.detail).toContain("quotes of JSON");
  }));

test("an Accept that names none of the media types is 406, with those that there are", () =>
  within(async ({ url, call }) => {
    const types = ["application/json", "application/x-ndjson", "text/csv", ARROW];
    await call("POST", "/describe_data", [{ id: "A", type: "static_data" }]);
    const schedule = `/assets/${ASSET}/schedule`;
    const request = (path: string, accept: string, init: RequestInit = {}) =>
      fetch(url + path, { ...init, headers: { ...init.headers, accept } });
    const body = JSON.stringify({ ids: ["A"] });
    const post = { method: "POST", body, headers: { "content-type": "application/json" } };
    for (const [path, init, offered] of [
      ["/query_data?id=A", {}, types],
      ["/query_data", post, types],
      [schedule, {}, ["application/json", "text/csv"]],
    ] as const) {
      const refused = await request(path, "application/xml, text/csv;q=0", init);
      const type = refused.headers.get("content-type");
      expect([refused.status, type]).toEqual([406, "application/problem+json"]);
      expect(await refused.json()).toMatchObject({
        code: "NOT_ACCEPTABLE",
        detail: expect.stringContaining(offered.join(", ")),
      });
      const csv = await request(path, "text/csv;q=0.5, application/json;q=0.4", init);
      expect(csv.headers.get("content-type")).toContain("text/csv");
      expect(csv.headers.get("vary")).toBe("Origin, Accept");
      const any = await request(path, "text/csv;q=0.5, */*", init);
      expect(any.headers.get("content-type")).toContain("application/json");
    }
  }));

const NUMBERS = { id: "N", type: "time_series_double", resolution: "PT1S" };

for (const [name, line, signs, cells] of [
  ["semicolons", "sep=;", "", ["id;timestamp;value", ";1.5"]],
  ["semicolons and decimal commas", "sep=;", "decimal=,", ["id;timestamp;value", ";1,5"]],
  [
    "what the address says too",
    "\ufeffSEP=;",
    "separator=;&decimal=,",
    ["id;timestamp;value", ";1,5"],
  ],
  ["commas", '"sep=,"', "", ["id,timestamp,value", ",1.5"]],
  ["tabs", "sep=\t", "decimal=,", ["id\ttimestamp\tvalue", "\t1,5"]],
] as const)
  for (const end of ["\n", "\r\n", "\r"])
    test(`a CSV whose first line states its separator is read: ${name} ${JSON.stringify(end)}`, () =>
      within(async ({ url, call, get }) => {
        await call("POST", "/describe_data", [NUMBERS]);
        const [head, value] = cells;
        const row = `N${value.charAt(0)}${at(0)}${value}`;
        const send = (lines: readonly string[]) =>
          fetch(`${url}/save_data?${signs}`, {
            ...{ method: "POST", headers: { "content-type": "text/csv" }, body: lines.join(end) },
          });
        expect((await send([line, head, row, ""])).status).toBe(200);
        expect(await get("/query_data?id=N")).toMatchObject([{ timestamp: at(0), value: 1.5 }]);
        const wrong = await (await send([line, head, row, `${row}x`])).json();
        expect(wrong).toMatchObject({ code: "VALUE_TYPE_WRONG", row: 2 });
      }));

test("a separator that is none, or another one than the address says, is refused", () =>
  within(async ({ url }) => {
    const send = async (path: string, body: string) => {
      const headers = { "content-type": "text/csv" };
      const method = path.startsWith("/assets") ? "PUT" : "POST";
      return (await fetch(url + path, { method, headers, body })).json();
    };
    for (const path of ["/save_data", `/assets/${ASSET}/schedule`]) {
      const refused = { code: "BAD_INPUT", field: "separator" };
      expect(await send(path, "sep=|\na|b\n")).toMatchObject(refused);
      expect(await send(path, "sep=\na|b\n")).toMatchObject(refused);
      expect(await send(`${path}?separator=;`, "sep=,\na,b\n")).toMatchObject({
        ...refused,
        detail: 'separator is ";", and line 1 says ",": leave one of them out',
      });
      expect(await send(`${path}?decimal=,`, "sep=,\na,b\n")).toMatchObject({ field: "decimal" });
    }
  }));

test("a CSV that cannot be read is refused with its row, and what to do", () =>
  within(async ({ url }) => {
    const send = async (body: string) => {
      const headers = { "content-type": "text/csv" };
      return (await fetch(`${url}/save_data`, { method: "POST", headers, body })).json();
    };
    const good = `A,${at(0)},1\n`;
    for (const [row, detail] of [
      [`A,${at(0)},"${"x".repeat(2 ** 22)}"\n`, "may have 4194304 bytes"],
      [`A,${at(0)},"x\n`, "a quote that is not closed"],
      [`A,${at(0)},"x"y\n`, "write a quote in a cell twice"],
      [`A,${at(0)},x"y\n`, "enclose the cell in quotes"],
    ] as const)
      expect(await send(`id,timestamp,value\n${good}${row}`), detail).toMatchObject({
        ...{ code: "BAD_INPUT", row: 2 },
        detail: expect.stringContaining(detail),
      });
    expect((await send('id,time"stamp,value\n')).detail).toMatch(/^the first line has a quote/);
  }));

test("a text of the greatest length is saved as CSV", () =>
  within(async ({ url, call }) => {
    await call("POST", "/describe_data", [{ id: "A", type: "static_data" }]);
    const text = "ä".repeat(2 ** 20 - 2);
    const body = `id,timestamp,value\nA,${at(0)},"""${text}"""\n`;
    const headers = { "content-type": "text/csv" };
    const saved = await fetch(`${url}/save_data`, { method: "POST", headers, body });
    expect([saved.status, await saved.json()]).toMatchObject([200, { value_count: 1 }]);
  }));
