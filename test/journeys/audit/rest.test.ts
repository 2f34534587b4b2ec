// The audit log over REST, in memory: listed, filtered, as CSV and lines, and streamed.
import { get, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import type { Json } from "../../support/json.ts";
import { ASSET, at, OTHER, UNKNOWN_ID, within } from "../../support/rest-under-test.ts";

const BAD_ID = `/dispatch/${UNKNOWN_ID}`;

test("a change and a refused attempt are listed, the newest first, with who, what and how", () =>
  within(async ({ call, get: read, tick }) => {
    expect(await read("/audit_logs")).toEqual({ records: [], next: null });
    const { body } = await call("POST", "/dispatch", { asset_id: ASSET, mw: 5, request_id: "one" });
    await call("DELETE", BAD_ID);
    tick(1);
    const { records, next } = await read("/audit_logs");
    expect(next).toBeNull();
    const [refused, done] = records;
    expect(records).toHaveLength(2);
    expect(done).toMatchObject({
      ...{ timestamp: at(0), actor: "anonymous", actor_name: null, address: "127.0.0.1" },
      ...{ channel: "rest", action: "dispatch.request", outcome: "done", code: null },
      ...{ request_id: "one", before: null, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(JSON.stringify(done)).toContain(body.id);
    expect(refused).toMatchObject({
      ...{ action: "dispatch.cancel", target: `dispatch:${UNKNOWN_ID}`, outcome: "refused" },
      ...{ code: "DISPATCH_UNKNOWN", number: done.number + 1 },
    });
  }));

test("filters choose, and pages continue", () =>
  within(async ({ call, get: read, tick }) => {
    for (const mw of [1, 2, 3]) await call("POST", "/dispatch", { asset_id: ASSET, mw });
    await call("POST", "/dispatch", { asset_id: OTHER, mw: 1 });
    await call("DELETE", BAD_ID);
    tick(1);
    const count = async (query: string) => (await read(`/audit_logs?${query}`)).records.length;
    expect(await count("outcome=refused")).toBe(1);
    expect(await count("action=dispatch.request")).toBe(4);
    expect(await count("actor=anonymous&channel=rest")).toBe(5);
    expect(await count(`target=dispatch:${UNKNOWN_ID}`)).toBe(1);
    expect(await count("channel=cli")).toBe(0);
    expect(await count(`from=${at(0)}&until=${at(1)}`)).toBe(5);
    expect(await count(`until=${at(0)}`)).toBe(0);
    const first = await read("/audit_logs?limit=2");
    const second = await read(`/audit_logs?limit=3&after=${first.next}`);
    const numbers = [...first.records, ...second.records].map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 5 }, (_, n) => numbers[0] - n));
    expect(second.next).toBeNull();
    const { status, body } = await call("GET", "/audit_logs?after=soon");
    expect([status, body.code, body.field]).toEqual([400, "BAD_CURSOR", "after"]);
    for (const query of ["outcome=no", "limit=0", "limit=501", "channel=x", "who=me", "from=now"])
      expect((await call("GET", `/audit_logs?${query}`)).status, query).toBe(400);
  }));

test("all of it comes as lines or as CSV, page by page, in which no cell is a formula", () =>
  within(async ({ call, tick, url, get: read }) => {
    const send = (n: number) =>
      call("POST", "/dispatch", { asset_id: ASSET, mw: 1, request_id: `=${n}` });
    for (let n = 0; n < 1_200; n += 60)
      await Promise.all(Array.from({ length: 60 }, (_, m) => send(n + m)));
    tick(1);
    const text = async (query: string) => (await fetch(`${url}/audit_logs?${query}`)).text();
    const all = (await text("format=ndjson"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(all).toHaveLength(1_200);
    expect(all.map(({ number }) => number)).toEqual(all.map((_, n) => all[0].number - n));
    expect(all[0]).toEqual((await read("/audit_logs")).records[0]);
    expect((await text("format=ndjson&limit=700")).trim().split("\n")).toHaveLength(700);
    const [head, ...lines] = (await text("format=csv&action=dispatch.request")).trim().split("\n");
    expect(head).toBe(Object.keys(all[0]).join(","));
    for (const line of lines.slice(0, 20)) {
      expect(line).toMatch(/,'=\d+,/);
      expect(line).not.toMatch(/(^|,)"?[=+@-]/);
    }
    expect(await text("format=csv&action=token.make")).toBe("");
    expect(await text("format=ndjson&action=token.make")).toBe("");
  }));

test("records are streamed, and a client continues after the last one it has", () =>
  within(async ({ call, tick, url }) => {
    const { message, next } = await openStream(`${url}/audit_logs/stream`);
    await call("POST", "/dispatch", { asset_id: ASSET, mw: 1 });
    const one = await next();
    expect(one.data).toMatchObject({ action: "dispatch.request", number: Number(one.id) });
    message.destroy();
    await call("POST", "/dispatch", { asset_id: OTHER, mw: 1 });
    await call("DELETE", BAD_ID);
    tick(1);
    const again = await openStream(`${url}/audit_logs/stream`, { "last-event-id": one.id });
    const missed = [await again.next(), await again.next()];
    expect(missed.map(({ data }) => data.action)).toEqual(["dispatch.request", "dispatch.cancel"]);
    again.message.destroy();
    for (const after of ["x", "12", String(Number(one.id) + 1_000)]) {
      const { status, body } = await call("GET", `/audit_logs/stream?after=${after}`);
      expect([status, body.code]).toEqual([400, "BAD_CURSOR"]);
    }
  }));

/** A stream of events, and its next one. */
async function openStream(address: string, headers = {}) {
  const message = await new Promise<IncomingMessage>((resolve) => {
    get(address, { headers }, resolve);
  });
  const lines = message.setEncoding("utf8")[Symbol.asyncIterator]();
  let text = "";
  const next = async (): Promise<{ id: string; data: Json }> => {
    for (;;) {
      const found = /id: (\d+)\n(?:event: \w+\n)?data: (.*)\n\n/.exec(text);
      if (found) {
        text = text.slice(found.index + found[0].length);
        return { id: found[1] as string, data: JSON.parse(found[2] as string) };
      }
      const { value, done } = await lines.next();
      if (done) throw new Error(`the stream ended: ${text}`);
      text += value;
    }
  };
  return { message, next };
}
