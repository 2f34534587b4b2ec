// GraphQL clients as they are: what each sends, and that it is served, or is shown what to send.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { type Line, openLine, outcomeOfEvents, TRANSPORTS } from "../../support/transports.ts";

const FLEET = "{ fleet { totals { assetCount } } }";
const NAMED = `query Fleet ${FLEET}`;
const DATA = { fleet: { totals: { assetCount: 7 } } };
const WATCH = "subscription { fleet { timestamp assetCount } }";
const STREAMED =
  "a subscription is streamed: over a WebSocket (subprotocol graphql-transport-ws), or by GET or POST with accept: text/event-stream";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

const post = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${application.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${application.url}/graphql?${new URLSearchParams(parameters)}`, { headers });

describe("a persisted query of Apollo", () => {
  const sha256Hash = createHash("sha256").update(NAMED).digest("hex");
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  // Apollo's link reads message and code, in a 200 or any other status; Kotlin's accepts only a 200; urql's reads the message.
  const notSupported = {
    errors: [
      {
        message: "PersistedQueryNotSupported",
        extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" },
      },
    ],
  };
  const byGet = { operationName: "Fleet", variables: "{}", extensions: JSON.stringify(extensions) };
  const APOLLO = "application/graphql-response+json,application/json;q=0.9";
  const URQL =
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed";

  test.each(["*/*", "application/json", APOLLO, URQL, "text/event-stream"])(
    "is answered so that clients fall back, to accept: %s",
    async (accept) => {
      const body = { operationName: "Fleet", variables: {}, extensions };
      for (const answer of [
        await post(body, { accept }),
        await post({ ...body, query: "" }, { accept }),
        await post({ ...body, query: null }, { accept }),
        await get(byGet, { accept }),
      ]) {
        expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
        expect(answer.headers.get("content-type")).toMatch(
          /^application\/(graphql-response\+)?json/,
        );
        expect(await answer.json()).toEqual(notSupported);
      }
    },
  );

  test("runs where its text comes with it, by every way", async () => {
    expect(await (await post({ query: NAMED, extensions })).json()).toEqual({ data: DATA });
    expect(await (await get({ ...byGet, query: NAMED })).json()).toEqual({ data: DATA });
    const line = await openAcknowledged();
    line.send({ id: "1", type: "subscribe", payload: { query: NAMED, extensions } });
    expect(await line.next()).toEqual({ id: "1", type: "next", payload: { data: DATA } });
    line.send({ id: "2", type: "subscribe", payload: { query: "", extensions } });
    const { type: complete } = await line.next();
    expect([complete, await line.next()]).toEqual([
      "complete",
      { id: "2", type: "error", payload: notSupported.errors },
    ]);
    line.socket.close();
  });
});

describe("an empty operation name is none", () => {
  test("by every transport", async () => {
    for (const [name, transport] of TRANSPORTS)
      for (const query of [FLEET, NAMED])
        expect([name, await transport(application.url, { query, operationName: "" })]).toEqual([
          name,
          { data: DATA },
        ]);
    expect(await (await get({ query: NAMED, operationName: "" })).json()).toEqual({ data: DATA });
  });

  test("and names none of several", async () => {
    for (const [, transport] of TRANSPORTS)
      expect(
        await transport(application.url, { query: `query A ${FLEET} ${NAMED}`, operationName: "" }),
      ).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(/^operationName must/) });
  });
});

describe("a subscription", () => {
  const EVENTS = { accept: "text/event-stream" };

  test("is served to an EventSource, which sends a GET", async () => {
    const answer = await get({ query: WATCH }, EVENTS);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      200,
      "text/event-stream; charset=utf-8",
    ]);
    const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    let text = "";
    const read = async (pattern: RegExp) => {
      while (!pattern.test(text)) text += new TextDecoder().decode((await reader.read()).value);
    };
    await read(/event: next\ndata: {"data":{"fleet":{"timestamp":"[^"]+","assetCount":7}}}\n\n/);
    application.clock.advance(DT_MS);
    await read(/event: next\ndata: .*\n\n(:\n\n)*event: next\ndata: .*\n\n/);
    await reader.cancel();
  });

  test("by GET of a page of another site, or that is wrong, is refused", async () => {
    const foreign = { ...EVENTS, "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await get({ query: WATCH }, foreign)).status).toBe(403);
    expect(
      await outcomeOfEvents(
        await get({ query: "subscription { fleet(everyS: 0) { socPct } }" }, EVENTS),
      ),
    ).toMatchObject({ code: "BAD_INPUT" });
  });

  test("of Apollo's multipart/mixed is answered with an error that its client shows", async () => {
    for (const accept of [
      "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json",
      "multipart/mixed;subscriptionSpec=1.0",
    ]) {
      const answer = await post({ query: WATCH }, { accept });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([
        200,
        "application/json; charset=utf-8",
      ]);
      expect(await answer.json()).toEqual({
        errors: [{ message: STREAMED, extensions: { code: "NOT_ACCEPTABLE" } }],
      });
    }
  });

  test("that accepts neither is answered with the transports", async () => {
    const answer = await post({ query: WATCH }, { accept: "application/json" });
    expect([answer.status, await answer.json()]).toEqual([
      406,
      { errors: [{ message: STREAMED, extensions: { code: "NOT_ACCEPTABLE" } }] },
    ]);
  });
});

describe("a WebSocket with another subprotocol is closed with a reason that names the transports", () => {
  const reason =
    "use the subprotocol graphql-transport-ws, or GET or POST /graphql with accept: text/event-stream";
  test.each<[what: string, offered: string[], selected: string]>([
    ["of subscriptions-transport-ws", ["graphql-ws"], "graphql-ws"],
    ["of none that is known", ["mqtt", "chat"], "mqtt"],
    ["of none", [], ""],
  ])("%s", async (_, offered, selected) => {
    const socket = new WebSocket(`${application.url.replace("http", "ws")}/graphql`, offered);
    const first = new Promise((resolve) =>
      socket.once("message", (data) => resolve(JSON.parse(String(data)))),
    );
    const closed = new Promise((resolve) =>
      socket.once("close", (code, text) => resolve([code, String(text)])),
    );
    // What a browser needs to let its page see the close.
    await new Promise((resolve) => socket.once("open", resolve));
    expect(socket.protocol).toBe(selected);
    expect(await first).toEqual({ type: "connection_error", payload: { message: reason } });
    expect(await closed).toEqual([4406, reason]);
  });

  test("and a client that offers the known one among others is served", async () => {
    const socket = new WebSocket(`${application.url.replace("http", "ws")}/graphql`, [
      "graphql-ws",
      "graphql-transport-ws",
    ]);
    await new Promise((resolve) => socket.once("open", resolve));
    expect(socket.protocol).toBe("graphql-transport-ws");
    socket.close();
  });
});

async function openAcknowledged(): Promise<Line> {
  const line = await openLine(application.url);
  line.send({ type: "connection_init" });
  await line.next();
  return line;
}

test("and nothing of all this was a fault of ours", () => {
  expect(application.errors).toEqual([]);
});
