// The events of dispatches, live over server-sent events.

import { get, type IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import type { Json } from "../../support/json.ts";
import {
  ASSET,
  at,
  OTHER,
  type RestApplication,
  SITE,
  UNKNOWN_ID,
  within,
} from "../../support/rest-under-test.ts";

interface Outcome {
  readonly id: string;
  /** undefined where the event only has the position of the client. */
  readonly data: Json;
}

/** Follows a stream, event by event. */
async function follow({ url }: RestApplication, query = "", headers: Record<string, string> = {}) {
  const answer = await new Promise<IncomingMessage>((resolve) =>
    get(`${url}/dispatches/stream${query}`, { headers, agent: false }, resolve),
  );
  expect(answer.statusCode).toBe(200);
  const chunks = answer[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  let text = "";
  const next = async (): Promise<Outcome | undefined> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end !== -1) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const [, id] = /^id: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        if (id !== undefined) return { id, data: data && JSON.parse(data) };
        continue;
      }
      const { done, value } = await chunks.next().catch(() => ({ done: true, value: undefined }));
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  };
  const take = async (count: number) => {
    const announced: Outcome[] = [];
    while (announced.length < count) {
      const one = await next();
      if (one === undefined) throw new Error(`the stream ended after ${announced.length}`);
      if (one.data !== undefined) announced.push(one);
    }
    return announced;
  };
  return { next, take, leave: () => answer.destroy() };
}

const short = ({ data: { from, to, dispatch } }: Outcome) => [from, to, dispatch.mw];

describe("the stream of dispatches", () => {
  test("has each change as it happens, with the dispatch", () =>
    within(async (application) => {
      const stream = await follow(application);
      const body = { asset_id: ASSET, mw: 2, duration_s: 4 };
      const accepted = (await application.call("POST", "/dispatch", body)).body;
      application.tick(2);
      const announced = await stream.take(3);
      expect(announced.map(short)).toEqual([
        [null, "accepted", 2],
        ["accepted", "active", 2],
        ["active", "completed", 2],
      ]);
      expect(announced[0]?.data).toEqual({
        ...{ timestamp: at(0), from: null, to: "accepted", reason: null, by_id: null },
        dispatch: accepted,
      });
      expect(announced[2]?.data).toMatchObject({
        ...{ timestamp: at(1), reason: "ended", dispatch: { ended_at: at(1) } },
      });
      stream.leave();
    }));

  test("continues after the event that a client has, each once across the cut-over", () =>
    within(async (application) => {
      const { call, tick } = application;
      const first = await follow(application);
      const place = await first.next();
      expect(place?.data).toBeUndefined();
      for (const mw of [1, 2, 3, 4]) {
        // Each begins by itself.
        await call("POST", "/dispatch", { asset_id: ASSET, mw, start_at: at(mw) });
      }
      const [one, two] = await first.take(2);
      first.leave();
      for (const [query, headers] of [
        ["", { "last-event-id": two?.id ?? "" }],
        [`?after=${two?.id}`, {}],
        // The query is set on purpose; a browser sends the header by itself.
        [`?after=${two?.id}`, { "last-event-id": one?.id ?? "" }],
      ] as const) {
        const again = await follow(application, query, headers);
        expect((await again.take(2)).map(short)).toEqual([
          [null, "accepted", 3],
          [null, "accepted", 4],
        ]);
        again.leave();
      }
      const all = await follow(application, `?after=${place?.id}`);
      tick(3);
      const announced = await all.take(7);
      const ids = announced.map(({ id }) => Number(id));
      expect(ids).toEqual(ids.map((_, n) => Number(ids[0]) + n));
      expect(announced.filter(({ data }) => data.to === "active")).toHaveLength(2);
      expect(announced.filter(({ data }) => data.to === "superseded")).toHaveLength(1);
      all.leave();
    }));

  test("has the events of the selected assets", () =>
    within(async (application) => {
      const { call } = application;
      const other = await follow(application, `?asset_id=${OTHER}`);
      const site = await follow(application, `?site_id=${SITE}`);
      await call("POST", "/dispatch", { asset_id: ASSET, mw: 1 });
      await call("POST", "/dispatch", { asset_id: OTHER, mw: 2 });
      expect((await other.take(1)).map(short)).toEqual([[null, "accepted", 2]]);
      expect((await site.take(3)).map(short)).toEqual([
        [null, "accepted", 1],
        ["accepted", "active", 1],
        [null, "accepted", 2],
      ]);
      other.leave();
      site.leave();
    }));

  test("ends with the server, without a word", async () => {
    let stream: Awaited<ReturnType<typeof follow>> | undefined;
    await within(async (application) => {
      stream = await follow(application);
      await stream.next();
    });
    expect(await stream?.next()).toBeUndefined();
  });

  test("counts as a seat, and gives it back", () =>
    within(
      async (application) => {
        const stream = await follow(application);
        const full = await application.call("GET", "/dispatches/stream");
        expect(full).toMatchObject({ status: 503, body: { code: "TOO_MANY_SOCKETS" } });
        stream.leave();
        await expect
          .poll(async () => (await fetch(`${application.url}/metrics`)).text())
          .toContain("mando_sockets_open 0");
      },
      { MAX_SOCKETS: "1" },
    ));

  test.each([
    ["?after=x", 400, "BAD_CURSOR", "GET /dispatches"],
    ["?after=-1", 400, "BAD_CURSOR", "GET /dispatches"],
    ["?after=5", 400, "BAD_CURSOR", "GET /dispatches"],
    ["?after=9999999999999999", 400, "BAD_CURSOR", "GET /dispatches"],
    [`?asset_id=${UNKNOWN_ID}`, 404, "ASSET_UNKNOWN", UNKNOWN_ID],
    [`?site_id=${UNKNOWN_ID}`, 404, "SITE_UNKNOWN", UNKNOWN_ID],
    ["?asset_id=BESS-1", 400, "BAD_UUID", "asset_id"],
    ["?colour=red", 400, "BAD_INPUT", "colour"],
  ])("is refused for %s", (query, status, code, detail) =>
    within(async ({ call }) => {
      const answer = await call("GET", `/dispatches/stream${query}`);
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.detail).toContain(detail);
    }),
  );
});
