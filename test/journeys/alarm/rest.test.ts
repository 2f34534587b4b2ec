// Alarms over REST: listed, filtered, acknowledged, streamed and counted.
import { get, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { riskPromise } from "../../support/alarm-journeys.ts";
import type { Json } from "../../support/json.ts";
import { ASSET, at, SITE, UNKNOWN_ID, within } from "../../support/rest-under-test.ts";

test("an alarm is listed from when it is raised, and shown as cleared after", () =>
  within(async ({ call, get: read, tick, url }) => {
    expect(await read("/alarms")).toEqual({ alarms: [], next: null });
    const dispatchId = await riskPromise(url);
    const [alarm] = (await read("/alarms?open=true")).alarms;
    expect(alarm).toEqual({
      ...{ id: expect.any(String), code: "PROMISE_AT_RISK", severity: "critical" },
      message: expect.stringContaining(`the dispatch ${dispatchId} of 30 MW by VALKEAKOSKI-1`),
      ...{ raised_at: at(0), cleared_at: null, acknowledged_at: null, acknowledged_by: null },
      ...{ asset_id: ASSET, site_id: SITE, dispatch_id: dispatchId, execution_id: null },
    });
    expect((await read("/alarms?open=false")).alarms).toEqual([]);
    tick(2);
    await call("DELETE", `/dispatch/${dispatchId}`);
    expect((await read("/alarms?open=true")).alarms).toEqual([]);
    const cleared = { ...alarm, cleared_at: at(2) };
    expect((await read("/alarms")).alarms).toEqual([cleared]);
    expect((await read("/alarms?open=false&severity=critical")).alarms).toEqual([cleared]);
    expect((await read("/alarms?severity=info&severity=warning")).alarms).toEqual([]);
  }));

test("alarms are listed page by page, those that were raised last first", () =>
  within(async ({ call, get: read, tick, url }) => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const id = await riskPromise(url, n);
      ids.unshift(id);
      await call("DELETE", `/dispatch/${id}`);
      tick(1);
    }
    const page = async (path: string) => {
      const { alarms, next } = await read(path);
      return { ids: alarms.map((it: Json) => it.dispatch_id), next };
    };
    const first = await page("/alarms?limit=2");
    expect(first.ids).toEqual(ids.slice(0, 2));
    expect(await page(`/alarms?limit=2&after=${first.next}`)).toEqual({
      ...{ ids: ids.slice(2), next: null },
    });
    const { status, body } = await call("GET", "/alarms?after=soon");
    expect([status, body.code, body.field]).toEqual([400, "BAD_CURSOR", "after"]);
    for (const query of ["open=yes", "severity=HIGH", "limit=0", "limit=501", "first=3"])
      expect((await call("GET", `/alarms?${query}`)).status, query).toBe(400);
  }));

test("an alarm is acknowledged once, open or cleared, and an unknown one is refused", () =>
  within(async ({ call, get: read, tick, url }) => {
    await riskPromise(url);
    const [{ id }] = (await read("/alarms")).alarms;
    tick(1);
    const acknowledge = () => call("POST", `/alarms/${id}/acknowledge`);
    const { status, body } = await acknowledge();
    expect([status, body.acknowledged_at, body.acknowledged_by]).toEqual([200, at(1), null]);
    tick(1);
    expect((await acknowledge()).body).toEqual(body);
    expect((await read("/alarms")).alarms).toEqual([body]);
    const unknown = await call("POST", `/alarms/${UNKNOWN_ID}/acknowledge`);
    expect(unknown.status).toBe(404);
    expect(unknown.body).toMatchObject({
      ...{ code: "ALARM_UNKNOWN", field: "id", title: "No alarm has this id." },
      detail: expect.stringContaining(`no alarm has the id ${UNKNOWN_ID}`),
    });
    expect((await call("POST", "/alarms/one/acknowledge")).status).toBe(400);
  }));

test("an alarm is acknowledged with the token alone, where there is one", () =>
  within(
    async ({ call }) => {
      const path = `/alarms/${UNKNOWN_ID}/acknowledge`;
      expect((await call("POST", path)).body.code).toBe("UNAUTHORIZED");
      const headers = { authorization: "Bearer a-long-secret" };
      expect((await call("POST", path, undefined, headers)).body.code).toBe("ALARM_UNKNOWN");
      expect((await call("GET", "/alarms")).status).toBe(200);
    },
    { API_TOKEN: "a-long-secret" },
  ));

test("open alarms are counted by code and severity", () =>
  within(async ({ get: read, call, url }) => {
    const lines = async () =>
      (await (await fetch(`${url}/metrics`)).text())
        .split("\n")
        .filter((line) => line.startsWith("mando_alarms_open{"));
    await riskPromise(url);
    expect(await lines()).toEqual([
      'mando_alarms_open{code="PROMISE_AT_RISK",severity="critical"} 1',
      'mando_alarms_open{code="STORE_DEGRADED",severity="critical"} 0',
      'mando_alarms_open{code="TICKS_SKIPPED",severity="warning"} 0',
      'mando_alarms_open{code="CLOCK_AHEAD",severity="warning"} 0',
      'mando_alarms_open{code="DATA_STALE",severity="critical"} 0',
      'mando_alarms_open{code="ASSET_LIMITED",severity="warning"} 0',
      'mando_alarms_open{code="SETTING_INVALID",severity="warning"} 0',
    ]);
    const [{ dispatch_id }] = (await read("/alarms")).alarms;
    await call("DELETE", `/dispatch/${dispatch_id}`);
    expect((await lines())[0]).toBe(
      'mando_alarms_open{code="PROMISE_AT_RISK",severity="critical"} 0',
    );
  }));

/** The events of a stream, as id and data. */
async function follow(url: string, query = "", headers: Record<string, string> = {}) {
  const answer = await new Promise<IncomingMessage>((resolve) =>
    get(`${url}/alarms/stream${query}`, { headers, agent: false }, resolve),
  );
  expect(answer.statusCode).toBe(200);
  const chunks = answer[Symbol.asyncIterator]();
  let text = "";
  const next = async (): Promise<{ id: string; data: Json }> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end === -1) {
        const { done, value } = await chunks.next();
        if (done) throw new Error("the stream ended");
        text += value;
        continue;
      }
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const [, id = ""] = /^id: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (data !== undefined) return { id, data: JSON.parse(data) };
    }
  };
  return { next, leave: () => answer.destroy() };
}

test("alarms are streamed, and a client that returns continues after any event", () =>
  within(async ({ call, get: read, tick, url }) => {
    const live = await follow(url);
    const dispatchId = await riskPromise(url);
    const [alarm] = (await read("/alarms")).alarms;
    tick(1);
    await call("POST", `/alarms/${alarm.id}/acknowledge`);
    tick(1);
    await call("DELETE", `/dispatch/${dispatchId}`);
    const events = [await live.next(), await live.next(), await live.next()];
    live.leave();
    const known = { ...alarm, acknowledged_at: at(1) };
    expect(events.map(({ data }) => data)).toEqual([
      { timestamp: at(0), alarm },
      { timestamp: at(1), alarm: known },
      { timestamp: at(2), alarm: { ...known, cleared_at: at(2) } },
    ]);
    const again = await follow(url, `?after=${events[0]?.id}`);
    expect([await again.next(), await again.next()]).toEqual(events.slice(1));
    again.leave();
    const third = await follow(url, "", { "last-event-id": String(events[1]?.id) });
    expect(await third.next()).toEqual(events[2]);
    third.leave();
    for (const after of ["soon", "1", "9007199254740991"]) {
      const { status, body } = await call("GET", `/alarms/stream?after=${after}`);
      expect([status, body.code]).toEqual([400, "BAD_CURSOR"]);
    }
  }));
