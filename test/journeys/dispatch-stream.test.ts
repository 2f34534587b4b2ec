// What happens to dispatches, live over server-sent events.

import { get, type IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import { ASSET, type Asked, at, NOBODY, OTHER, SITE, within } from "../rest-under-test.ts";

interface Told {
  readonly id: string;
  /** undefined where the client is only told where it is. */
  readonly data: Json;
}

/** Follows a stream, event by event. */
async function follow({ url }: Asked, query = "", headers: Record<string, string> = {}) {
  const answer = await new Promise<IncomingMessage>((resolve) =>
    get(`${url}/dispatches/stream${query}`, { headers, agent: false }, resolve),
  );
  expect(answer.statusCode).toBe(200);
  const chunks = answer[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  let text = "";
  const next = async (): Promise<Told | undefined> => {
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
    const told: Told[] = [];
    while (told.length < count) {
      const one = await next();
      if (one === undefined) throw new Error(`the stream ended after ${told.length}`);
      if (one.data !== undefined) told.push(one);
    }
    return told;
  };
  return { next, take, leave: () => answer.destroy() };
}

const short = ({ data: { from, to, dispatch } }: Told) => [from, to, dispatch.mw];

describe("the stream of dispatches", () => {
  test("tells each change as it happens, with the dispatch", () =>
    within(async (house) => {
      const stream = await follow(house);
      const body = { asset_id: ASSET, mw: 2, duration_s: 4 };
      const accepted = (await house.ask("POST", "/dispatch", body)).body;
      house.tick(2);
      const told = await stream.take(3);
      expect(told.map(short)).toEqual([
        [null, "accepted", 2],
        ["accepted", "active", 2],
        ["active", "completed", 2],
      ]);
      expect(told[0]?.data).toEqual({
        ...{ timestamp: at(0), from: null, to: "accepted", reason: null, by_id: null },
        dispatch: accepted,
      });
      expect(told[2]?.data).toMatchObject({
        ...{ timestamp: at(1), reason: "ended", dispatch: { ended_at: at(1) } },
      });
      stream.leave();
    }));

  test("goes on after the event that a client has, each once across the seam", () =>
    within(async (house) => {
      const { ask, tick } = house;
      const first = await follow(house);
      const place = await first.next();
      expect(place?.data).toBeUndefined();
      for (const mw of [1, 2, 3, 4]) {
        // Each begins by itself.
        await ask("POST", "/dispatch", { asset_id: ASSET, mw, start_at: at(mw) });
      }
      const [one, two] = await first.take(2);
      first.leave();
      for (const [query, headers] of [
        ["", { "last-event-id": two?.id ?? "" }],
        [`?after=${two?.id}`, {}],
        // What the query says is said on purpose; a browser sends the header by itself.
        [`?after=${two?.id}`, { "last-event-id": one?.id ?? "" }],
      ] as const) {
        const again = await follow(house, query, headers);
        expect((await again.take(2)).map(short)).toEqual([
          [null, "accepted", 3],
          [null, "accepted", 4],
        ]);
        again.leave();
      }
      const all = await follow(house, `?after=${place?.id}`);
      tick(3);
      const told = await all.take(7);
      const ids = told.map(({ id }) => Number(id));
      expect(ids).toEqual(ids.map((_, n) => Number(ids[0]) + n));
      expect(told.filter(({ data }) => data.to === "active")).toHaveLength(2);
      expect(told.filter(({ data }) => data.to === "superseded")).toHaveLength(1);
      all.leave();
    }));

  test("tells of the assets that it was asked for", () =>
    within(async (house) => {
      const { ask } = house;
      const other = await follow(house, `?asset_id=${OTHER}`);
      const site = await follow(house, `?site_id=${SITE}`);
      await ask("POST", "/dispatch", { asset_id: ASSET, mw: 1 });
      await ask("POST", "/dispatch", { asset_id: OTHER, mw: 2 });
      expect((await other.take(1)).map(short)).toEqual([[null, "accepted", 2]]);
      expect((await site.take(2)).map(short)).toEqual([
        [null, "accepted", 1],
        [null, "accepted", 2],
      ]);
      other.leave();
      site.leave();
    }));

  test("ends with the server, without a word", async () => {
    let stream: Awaited<ReturnType<typeof follow>> | undefined;
    await within(async (house) => {
      stream = await follow(house);
      await stream.next();
    });
    expect(await stream?.next()).toBeUndefined();
  });

  test("counts as a seat, and gives it back", () =>
    within(
      async (house) => {
        const stream = await follow(house);
        const full = await house.ask("GET", "/dispatches/stream");
        expect(full).toMatchObject({ status: 503, body: { code: "TOO_MANY_SOCKETS" } });
        stream.leave();
        await expect
          .poll(async () => (await fetch(`${house.url}/metrics`)).text())
          .toContain("mando_sockets_open 0");
      },
      { MAX_SOCKETS: "1" },
    ));

  test.each([
    ["?after=x", 400, "BAD_CURSOR", "GET /dispatches"],
    ["?after=-1", 400, "BAD_CURSOR", "GET /dispatches"],
    ["?after=5", 400, "BAD_CURSOR", "GET /dispatches"],
    ["?after=9999999999999999", 400, "BAD_CURSOR", "GET /dispatches"],
    [`?asset_id=${NOBODY}`, 404, "ASSET_UNKNOWN", NOBODY],
    [`?site_id=${NOBODY}`, 404, "SITE_UNKNOWN", NOBODY],
    ["?asset_id=BESS-1", 400, "BAD_UUID", "asset_id"],
    ["?colour=red", 400, "BAD_INPUT", "colour"],
  ])("is refused for %s", (query, status, code, detail) =>
    within(async ({ ask }) => {
      const answer = await ask("GET", `/dispatches/stream${query}`);
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.detail).toContain(detail);
    }),
  );
});
