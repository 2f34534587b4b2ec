// Documents that are texts, numbers or lists come back as they were from every format.
import { expect, test } from "vitest";
import { within } from "../../support/rest-under-test.ts";

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
