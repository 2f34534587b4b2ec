// Dispatches followed live: over both transports, resumed after a pause, by clients that leave or read too slowly.
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import {
  createGraphClient,
  type EventData,
  FOLLOW,
  type GraphClient,
} from "../../support/graph-client.ts";
import { openLine, overEvents, overWebSocket } from "../../support/transports.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const NEIGHBOUR = ASSET.replace(/1$/, "2");
const ELSEWHERE = ASSET.replace(/1$/, "7");
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

let application: ApplicationUnderTest;
let graph: GraphClient;
beforeEach(async () => {
  application = await startApplication();
  graph = createGraphClient(application);
});
afterEach(async () => {
  await graph.close();
  await application.stop();
});

async function dispatch(mw: number, assetId = ASSET, durationS: number | null = null) {
  const { data } = await graph.call(
    "mutation ($input: DispatchInput!) { dispatch(input: $input) { ... on DispatchAccepted { dispatch { id } } } }",
    { input: { assetId, mw, durationS } },
  );
  return data.dispatch.dispatch.id as string;
}

type Next = () => Promise<EventData>;

async function take(next: Next, count: number): Promise<EventData[]> {
  const taken: EventData[] = [];
  while (taken.length < count) taken.push(await next());
  return taken;
}

/** An event as text, its dispatch by its power. */
const textOf = ({ dispatch: { mw }, to }: EventData) => `${mw} ${to}`;

describe("events are followed", () => {
  test("of all assets, or of selected ones: both lists mean the union", async () => {
    const all = await graph.follow();
    const one = await graph.follow({ assetIds: [NEIGHBOUR.toUpperCase()] });
    const union = await graph.follow({ assetIds: [ELSEWHERE], siteIds: [SITE] });
    const none = await graph.follow({ assetIds: [ELSEWHERE] });
    await dispatch(1);
    await dispatch(2, NEIGHBOUR);
    await dispatch(3, ELSEWHERE);
    expect((await take(all.next, 5)).map(textOf)).toEqual([
      "1 ACCEPTED",
      "1 ACTIVE",
      "2 ACCEPTED",
      "2 ACTIVE",
      "3 ACCEPTED",
    ]);
    expect((await take(union.next, 3)).map(textOf)).toHaveLength(3);
    expect(textOf(await one.next())).toBe("2 ACCEPTED");
    expect(textOf(await none.next())).toBe("3 ACCEPTED");
  });

  test("with answers that are read from the store, still in order and once", async () => {
    const { next } = graph.open<{ dispatchEvents: { to: string; dispatch: { events: object[] } } }>(
      "subscription { dispatchEvents { to dispatch { events { to } } } }",
    );
    await expect.poll(graph.activeCount).toBe(1);
    await dispatch(1, ASSET, 4);
    await dispatch(2, NEIGHBOUR, 4);
    await graph.run(3);
    const tos: string[] = [];
    for (let n = 0; n < 6; n++) tos.push((await next()).dispatchEvents.to);
    expect(tos.toSorted()).toEqual([
      ...Array(2).fill("ACCEPTED"),
      ...Array(2).fill("ACTIVE"),
      ...Array(2).fill("COMPLETED"),
    ]);
    await dispatch(3);
    expect((await next()).dispatchEvents).toEqual({
      to: "ACCEPTED",
      // As many as there are when the answer is read.
      dispatch: { events: expect.arrayContaining([{ to: "ACCEPTED" }]) },
    });
  });

  test("over server-sent events alike", async () => {
    const followed = await graph.follow();
    await dispatch(1);
    await dispatch(2);
    const { cursor } = await followed.next();
    const query =
      "subscription ($after: String) { dispatchEvents(after: $after) { to dispatch { mw } } }";
    expect(await overEvents(application.url, { query, variables: { after: cursor } })).toEqual({
      data: { dispatchEvents: { to: "ACTIVE", dispatch: { mw: 1 } } },
    });
  });
});

describe("a client that returns", () => {
  test("continues after any event, without a gap and without a double", async () => {
    const control = await graph.follow();
    for (let n = 1; n <= 5; n++) {
      await dispatch(n, n % 2 === 0 ? ASSET : NEIGHBOUR, 8);
      await graph.run(1);
    }
    const known = await take(control.next, 13);
    const resumed = known.map(({ cursor }) =>
      graph.open<{ dispatchEvents: EventData }>(FOLLOW, { after: cursor }),
    );
    // More happens while they come back.
    for (let n = 6; n <= 12; n++) {
      await dispatch(n, ASSET, 8);
      application.clock.advance(DT_MS);
    }
    await dispatch(0);
    const all = [...known];
    while (all.at(-1)?.dispatch.mw !== 0) all.push(await control.next());
    for (const [n, { next }] of resumed.entries()) {
      const expected = all.slice(n + 1);
      const got = await take(async () => (await next()).dispatchEvents, expected.length);
      expect(got).toEqual(expected);
    }
  });

  test("gets of what it missed only what it chooses", async () => {
    const { next } = await graph.follow();
    for (const mw of [1, 2, 3]) await dispatch(mw, mw === 2 ? ELSEWHERE : ASSET);
    const { cursor } = await next();
    const chosen = graph.open<{ dispatchEvents: EventData }>(FOLLOW, {
      after: cursor,
      siteIds: [SITE],
    });
    const missed = await take(async () => (await chosen.next()).dispatchEvents, 2);
    expect(missed.map(textOf)).toEqual(["1 ACTIVE", "3 ACCEPTED"]);
  });
});

describe("what cannot be followed is refused before the stream starts", () => {
  const future = Buffer.from(`event:${Number.MAX_SAFE_INTEGER}`).toString("base64url");
  const past = Buffer.from("event:1").toString("base64url");
  const frame = Buffer.from("dispatch:1").toString("base64url");
  test.each([
    ["ASSET_UNKNOWN", { assetIds: [UNKNOWN_ID] }],
    ["SITE_UNKNOWN", { siteIds: [UNKNOWN_ID] }],
    ["BAD_UUID", { assetIds: ["BESS-1"] }],
    ["BAD_INPUT", { assetIds: [] }],
    ["BAD_CURSOR", { after: "nonsense" }],
    ["BAD_CURSOR", { after: frame }],
    ["BAD_CURSOR", { after: Buffer.from("event:one").toString("base64url") }],
    ["BAD_CURSOR", { after: future }],
    ["BAD_CURSOR", { after: past }],
  ])("%s for %j", async (code, variables) => {
    for (const transport of [overWebSocket, overEvents])
      expect(await transport(application.url, { query: FOLLOW, variables })).toEqual({
        code,
        message: expect.any(String),
      });
    expect(await graph.activeCount()).toBe(0);
  });
});

test("a client that leaves, in whatever way and whenever, leaves nothing behind", async () => {
  const followed = await graph.follow();
  await dispatch(1);
  const { cursor } = await followed.next();
  await graph.close();
  for (let round = 0; round < 10; round++)
    await Promise.all(
      ["complete", "close", "terminate", "abort", "destroy"].map(async (way) => {
        const variables = round % 2 === 0 ? {} : { after: cursor };
        if (way === "abort") return leaveEarly(variables, round % 3 === 0);
        if (way === "destroy") {
          const socket = await openStalled("events", JSON.stringify({ query: FOLLOW, variables }));
          socket.destroy();
          return;
        }
        const line = await openLine(application.url);
        line.send({ type: "connection_init" });
        await line.next();
        line.send({ id: "1", type: "subscribe", payload: { query: FOLLOW, variables } });
        if (round % 3 > 0) await dispatch(round);
        if (way === "complete") line.send({ id: "1", type: "complete" });
        if (way === "terminate") line.socket.terminate();
        else line.socket.close();
      }),
    );
  await expect.poll(graph.activeCount, { timeout: 5000 }).toBe(0);
  expect(application.errors).toEqual([]);
});

/** Asks for events and gives up, at once or once the answer begins. */
async function leaveEarly(variables: object, isAtOnce: boolean): Promise<void> {
  const controller = new AbortController();
  const opening = fetch(`${application.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query: FOLLOW, variables }),
    signal: controller.signal,
  }).catch(() => undefined);
  if (!isAtOnce) await opening;
  setImmediate(() => controller.abort());
  await opening;
}

/** Asks for a subscription and reads no further than its beginning. */
async function openStalled(kind: "events" | "WebSocket", body: string): Promise<Socket> {
  const { hostname, port, host } = new URL(application.url);
  const socket = connect(Number(port), hostname);
  const answered = () => new Promise((resolve) => socket.once("data", resolve));
  if (kind === "events") {
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await answered();
  } else {
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
    );
    await answered();
    socket.write(textFrame(`{"type":"connection_init"}`));
    await answered();
    socket.write(textFrame(`{"id":"1","type":"subscribe","payload":${body}}`));
  }
  socket.pause();
  return socket;
}

/** A masked text frame, as clients send them; the mask is all 0. */
function textFrame(message: string): Buffer {
  const text = Buffer.from(message);
  const head = [0x81, 0x80 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from(head), text]);
}

describe("a client that reads too slowly", () => {
  const wide = Array.from({ length: 80 }, (_, n) => `t${n}: timestamp`).join(" ");
  const body = JSON.stringify({ query: `subscription { dispatchEvents { cursor ${wide} } }` });

  test.each(["WebSocket", "events"] as const)(
    "over %s gets all of them late, each once and in order",
    { timeout: 60_000 },
    async (kind) => {
      const socket = await openStalled(kind, body);
      await expect.poll(graph.activeCount).toBe(1);
      const inputs = Array.from({ length: 1000 }, (_, n) => ({
        assetId: ASSET.replace(/1$/, String(1 + (n % 7))),
        mw: 1,
      }));
      const many =
        "mutation ($inputs: [DispatchInput!]!) { dispatchMany(inputs: $inputs) { __typename } }";
      for (let batch = 0; batch < 10; batch++) {
        expect((await graph.call(many, { inputs })).errors).toBeUndefined();
        await graph.run(1);
      }
      expect(await graph.activeCount()).toBe(1);
      const newest = "{ dispatches(first: 1) { nodes { events { cursor } } } }";
      const { data } = await graph.call(newest);
      const cursor = data.dispatches.nodes[0].events.at(-1).cursor;

      const text = await readAll(socket, cursor);
      const cursors = [...text.matchAll(/"cursor":"([^"]+)"/g)].map(([, it]) => it);
      const first = numberOf(cursors[0]);
      expect(cursors.length).toBeGreaterThan(10_000);
      expect(cursors.map(numberOf)).toEqual(cursors.map((_, n) => first + n));
      socket.destroy();
    },
  );
});

function numberOf(cursor = ""): number {
  return Number(Buffer.from(cursor, "base64url").toString().split(":")[1]);
}

async function readAll(socket: Socket, last: string): Promise<string> {
  const chunks: string[] = [];
  let tail = "";
  await new Promise<void>((resolve) => {
    socket.on("data", (data) => {
      const chunk = data.toString("latin1");
      chunks.push(chunk);
      tail = (tail + chunk).slice(-100_000);
      if (tail.includes(last)) resolve();
    });
    socket.resume();
  });
  return chunks.join("");
}
