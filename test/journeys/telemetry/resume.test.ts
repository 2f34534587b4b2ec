// A client that resumes after a frame gets the missed frames: from memory, from the store, or a mark that they are unknown.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { SERVERS, type TestServer } from "../../support/databases.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";

interface Frame {
  readonly cursor: string;
  readonly kind: string;
  readonly missedTicks: number | null;
  /** Number of the tick since the start. */
  readonly at: number;
  readonly samples: readonly { readonly assetId: string; readonly currentMw: number }[];
}

const tickOf = (timestamp: string) => (Date.parse(timestamp) - START_MS) / DT_MS;
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Frames of a subscription, over a WebSocket of its own. */
function watch({ url }: ApplicationUnderTest, args: string): () => Promise<Frame> {
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  stops.push(() => client.dispose());
  const query = `subscription { telemetry(${args}) { cursor kind missedTicks timestamp samples { assetId currentMw } } }`;
  const results = client.iterate<{ telemetry: Frame & { timestamp: string } }>({ query });
  return async () => {
    const { value } = await results.next();
    if (value?.errors) throw new Error(JSON.stringify(value.errors));
    const frame = value?.data?.telemetry as Frame & { timestamp: string };
    return { ...frame, at: tickOf(frame.timestamp) };
  };
}

async function take(next: () => Promise<Frame>, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  while (frames.length < count) frames.push(await next());
  return frames;
}

const shape = (frames: readonly Frame[]) =>
  frames.map(({ at, kind, missedTicks }) => [at, kind, missedTicks]);

/** Events of GET /telemetry/stream, as an EventSource reads them. */
async function events({ url }: ApplicationUnderTest, query: string, lastEventId?: string) {
  const answer = await fetch(`${url}/telemetry/stream?${query}`, {
    headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
  });
  const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  stops.push(() => reader.cancel());
  let text = "";
  return async () => {
    for (;;) {
      const [event, id, data] = /id: (.*)\ndata: (.*)\n\n/.exec(text) ?? [];
      if (event !== undefined && data !== undefined) {
        text = text.slice(text.indexOf(event) + event.length);
        const { timestamp, kind, missed_ticks, samples } = JSON.parse(data);
        return { id, at: tickOf(timestamp), kind, missedTicks: missed_ticks, samples };
      }
      const { done, value } = await reader.read();
      if (done) throw new Error("the stream ended");
      text += new TextDecoder().decode(value);
    }
  };
}

describe("without a store", () => {
  let application: ApplicationUnderTest;
  beforeAll(async () => {
    application = await startApplication({ RECENT_FRAMES: "10" });
  });
  afterAll(() => application.stop());
  const tick = (count: number) => {
    for (let n = 0; n < count; n++) application.clock.advance(DT_MS);
  };

  test("recent frames come again, each once, then live ones; of whatever rate", async () => {
    tick(1);
    const first = watch(application, `siteIds: "${SITE}"`);
    const { cursor, at } = await first();
    tick(5);
    const resumed = watch(application, `siteIds: "${SITE}", after: "${cursor}"`);
    expect(shape(await take(resumed, 5))).toEqual([1, 2, 3, 4, 5].map((n) => [at + n, "TICK", 0]));
    tick(1);
    expect(shape([await resumed()])).toEqual([[at + 6, "TICK", 0]]);
    const slower = watch(application, `siteIds: "${SITE}", everyS: 7, after: "${cursor}"`);
    const even = [1, 2, 3, 4, 5, 6].map((n) => at + n).filter((n) => n % 2 === 0);
    expect((await take(slower, even.length)).map((frame) => frame.at)).toEqual(even);
  });

  test("a cursor that is too old, of another run, or from the future begins anew, with an unknown number of missed ticks", async () => {
    const first = watch(application, "everyS: 4");
    const { cursor } = await first();
    tick(30);
    const forge = (run: string, ms: number) => Buffer.from(`1.${run}.${ms}`).toString("base64url");
    const [, run] = Buffer.from(cursor, "base64url").toString().split(".") as [string, string];
    for (const after of [
      cursor,
      forge("9e107d9d-372b-4b68-8a3d-000000000000", START_MS + 10 * DT_MS),
      forge(run, START_MS + 1e9),
    ]) {
      const frame = await watch(application, `after: "${after}"`)();
      expect(frame).toMatchObject({ kind: "SNAPSHOT", missedTicks: null });
    }
  });

  test("what is no cursor is refused on every transport", async () => {
    await expect(watch(application, 'after: "bm9uc2Vuc2U"')()).rejects.toThrow("BAD_CURSOR");
    const query = 'subscription { telemetry(after: "") { cursor } }';
    const answer = await fetch(`${application.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query }),
    });
    expect(await answer.text()).toContain("BAD_CURSOR");
    const plain = await fetch(`${application.url}/telemetry/stream?after=x`);
    expect([plain.status, (await plain.json()).code]).toEqual([400, "BAD_CURSOR"]);
  });

  test("an EventSource resumes by itself, with its Last-Event-ID", async () => {
    const next = await events(application, `asset_id=${ASSET}`);
    const begin = await next();
    expect(begin).toMatchObject({ kind: "snapshot", missedTicks: 0 });
    tick(3);
    const resumed = await events(application, `asset_id=${ASSET}`, begin.id);
    for (let n = 1; n <= 3; n++) {
      const event = await resumed();
      expect(event).toMatchObject({ at: begin.at + n, kind: "tick", missedTicks: 0 });
      expect(event.samples[0].asset_id).toBe(ASSET);
    }
  });
});

describe.each(SERVERS)("with a store on $name", { timeout: 60_000 }, ({ start }) => {
  let server: TestServer;
  let directory: string;
  let environment: Record<string, string>;
  beforeAll(async () => {
    server = await start();
    directory = mkdtempSync(join(tmpdir(), "mando-resume-"));
    environment = {
      DATABASE_URL: await server.createDatabase(),
      DATA: directory,
      RECENT_FRAMES: "5",
    };
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  test("older frames come out of it, across a restart too, and none is lost where both meet", async () => {
    let application = await startApplication(environment);
    application.clock.advance(DT_MS);
    const { cursor, at } = await watch(application, "everyS: 4")();
    await fetch(`${application.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: ASSET, mw: 7 }),
    });
    const live = watch(application, `assetIds: "${ASSET}"`);
    await live();
    for (let n = 0; n < 20; n++) application.clock.advance(DT_MS);
    const seen = await take(live, 20);
    const resumed = watch(application, `assetIds: "${ASSET}", after: "${cursor}"`);
    const strip = ({ cursor: _, ...frame }: Frame) => frame;
    expect((await take(resumed, 20)).map(strip)).toEqual(seen.map(strip));
    await application.stop();

    // The time between stop and start is not simulated: the next tick follows when it comes.
    application = await startApplication(environment, { startMs: START_MS + 30 * DT_MS });
    stops.push(() => application.stop());
    for (let n = 0; n < 8; n++) application.clock.advance(DT_MS);
    const after = watch(application, `assetIds: "${ASSET}", after: "${cursor}"`);
    const again = await take(after, 20);
    expect(again.map(strip)).toEqual(seen.map(strip));
    const rest = await take(after, 8);
    expect(rest.every(({ kind, missedTicks }) => kind === "TICK" && missedTicks === 0)).toBe(true);
    expect(rest[0]?.at).toBeGreaterThan(at + 20);
    expect(new Set(rest.map((frame) => frame.at)).size).toBe(8);
    const late = watch(application, `after: "${again.at(-1)?.cursor}", changesOnly: true`);
    expect(await late()).toMatchObject({ kind: "SNAPSHOT", missedTicks: expect.any(Number) });
  });
});
