// What subscribers see of assets that come and go: each frame whole, from the next tick on.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import {
  assetBody,
  FILE_ASSET,
  FILE_SITE,
  inForce,
  newAssetId,
  newSiteId,
} from "../../support/fleet-requests.ts";
import { createGraphClient, type GraphClient } from "../../support/graph-client.ts";

const [NEW, OTHER] = [newAssetId(1), newAssetId(2)];
const NEW_SITE = newSiteId(1);

interface Frame {
  readonly cursor: string;
  readonly kind: string;
  readonly missedTicks: number | null;
  /** Number of the tick since the start. */
  readonly at: number;
  readonly ids: readonly string[];
}

interface TelemetryFrame extends Omit<Frame, "at" | "ids"> {
  readonly timestamp: string;
  readonly samples: readonly { readonly asset: { readonly id: string; readonly origin: string } }[];
}

const tickOf = (timestamp: string) => (Date.parse(timestamp) - START_MS) / DT_MS;

let application: ApplicationUnderTest;
let graph: GraphClient;
let fileIds: readonly string[];
const stops: (() => unknown)[] = [];
beforeEach(async () => {
  application = await startApplication();
  graph = createGraphClient(application);
  const { data } = await graph.call("{ assets { nodes { id } } }");
  fileIds = data.assets.nodes.map(({ id }: { id: string }) => id);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await graph.close();
  expect(application.errors).toEqual([]);
  await application.stop();
});

/** Frames over a WebSocket, once the server has the subscription. */
async function watch(args = ""): Promise<() => Promise<Frame>> {
  const before = await graph.activeCount();
  const { next } = graph.open<{ telemetry: TelemetryFrame }>(
    `subscription { telemetry${args} { cursor kind missedTicks timestamp samples { asset { id origin } } } }`,
  );
  await expect.poll(graph.activeCount).toBe(before + 1);
  return async () => {
    const { timestamp, samples, ...frame } = (await next()).telemetry;
    return { ...frame, at: tickOf(timestamp), ids: samples.map(({ asset }) => asset.id) };
  };
}

/** Frames of the event stream of REST. */
async function watchEvents(query = ""): Promise<() => Promise<Frame>> {
  const { body } = await fetch(`${application.url}/telemetry/stream?${query}`);
  const reader = body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  stops.push(() => reader.cancel());
  let text = "";
  return async () => {
    for (;;) {
      const [event, cursor = "", data] = /id: (.*)\ndata: (.*)\n\n/.exec(text) ?? [];
      if (event !== undefined && data !== undefined) {
        text = text.slice(text.indexOf(event) + event.length);
        const { timestamp, kind, missed_ticks: missedTicks, samples } = JSON.parse(data);
        const ids = samples.map((sample: { asset_id: string }) => sample.asset_id);
        return { cursor, kind: kind.toUpperCase(), missedTicks, at: tickOf(timestamp), ids };
      }
      const { done, value } = await reader.read();
      if (done) throw new Error("the stream ended");
      text += new TextDecoder().decode(value);
    }
  };
}

const post = (path: string, body: object, method = "POST") =>
  inForce(application, () =>
    fetch(application.url + path, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
const register = (difference: object = {}) =>
  post("/assets", assetBody({ id: NEW, ...difference }));
const retire = (id: string) =>
  inForce(application, () => graph.call(`mutation { assetRetire(id: "${id}") { __typename } }`));

describe.each([
  ["a WebSocket", watch, (site: string) => `(siteIds: "${site}")`],
  ["server-sent events", watchEvents, (site: string) => `site_id=${site}`],
])("over %s", (_, open, ofSite) => {
  test("all assets, and those of a site, have a new one with its first tick, and a retired one no more", async () => {
    await post("/sites", { id: NEW_SITE, name: "S", location: "L" });
    const streams = [await open(), await open(ofSite(FILE_SITE)), await open(ofSite(NEW_SITE))];
    const seen = async () => Promise.all(streams.map((next) => next()));
    const ids = async () => (await seen()).map((frame) => frame.ids);
    const first = await seen();
    const hereIds = first[1]?.ids ?? [];
    expect(first).toMatchObject([
      { at: 1, kind: "SNAPSHOT", ids: fileIds },
      { at: 1, kind: "SNAPSHOT", ids: expect.arrayContaining([FILE_ASSET]) },
      { at: 1, kind: "SNAPSHOT", ids: [] },
    ]);
    await register();
    expect(await ids()).toEqual([[...fileIds, NEW], [...hereIds, NEW], []]);
    await post(`/assets/${NEW}`, { site_id: NEW_SITE }, "PATCH");
    expect(await ids()).toEqual([[...fileIds, NEW], hereIds, [NEW]]);
    await retire(NEW);
    const last = await seen();
    expect(last.map((frame) => frame.ids)).toEqual([fileIds, hereIds, []]);
    for (const { at, kind, missedTicks } of last)
      expect([at, kind, missedTicks]).toEqual([4, "TICK", 0]);
  });
});

test("a stream of assets by their ids continues with the remaining ones", async () => {
  await register();
  const both = await watch(`(assetIds: ["${NEW}", "${FILE_ASSET}"])`);
  const one = await watch(`(assetIds: ["${NEW}"])`);
  expect([(await both()).ids, (await one()).ids]).toEqual([[FILE_ASSET, NEW], [NEW]]);
  await retire(NEW);
  expect([(await both()).ids, (await one()).ids]).toEqual([[FILE_ASSET], []]);
  await graph.run(1);
  expect([(await both()).ids, (await one()).ids]).toEqual([[FILE_ASSET], []]);
});

test("a resumed client gets each frame with its assets of then", async () => {
  const first = await watch();
  const { cursor } = await first();
  await graph.run(1);
  await register();
  await register({ id: OTHER });
  await retire(NEW);
  await graph.run(1);
  const expected = [
    fileIds,
    [...fileIds, NEW],
    [...fileIds, NEW, OTHER],
    [...fileIds, OTHER],
    [...fileIds, OTHER],
  ].map((ids, n) => ({ at: n + 1, kind: "TICK", missedTicks: 0, ids }));
  const streams = [
    await watch(`(after: "${cursor}")`),
    await watchEvents(`after=${cursor}`),
    first,
  ];
  for (const next of streams) {
    const frames: Frame[] = [];
    while (frames.length < expected.length) frames.push(await next());
    expect(frames).toMatchObject(expected);
  }
  const named = await watch(`(assetIds: ["${NEW}"], after: "${cursor}")`);
  const ids: (readonly string[])[] = [];
  while (ids.length < 4) ids.push((await named()).ids);
  expect(ids).toEqual([[], [NEW], [NEW], []]);
});

test("a stream of changes has a new asset, and not the others", async () => {
  const changes = await watch("(changesOnly: true)");
  expect((await changes()).kind).toBe("SNAPSHOT");
  await graph.run(2);
  await register();
  expect((await changes()).ids).toContain(NEW);
});

test("totals of the fleet count the present assets", async () => {
  const { next } = graph.open<{ fleet: { assetCount: number; capacityMwhr: number } }>(
    "subscription { fleet { assetCount capacityMwhr } }",
  );
  const before = (await next()).fleet;
  await register();
  expect((await next()).fleet).toEqual({
    assetCount: before.assetCount + 1,
    capacityMwhr: before.capacityMwhr + 20,
  });
  await retire(NEW);
  expect((await next()).fleet).toEqual(before);
});

test("events of a site have those of an asset that came to it, and its end", async () => {
  const events = await graph.follow({ siteIds: [FILE_SITE] });
  await register();
  const sent = await graph.call(
    `mutation { dispatch(input: { assetId: "${NEW}", mw: 1 }) { __typename } }`,
  );
  expect(sent.data.dispatch.__typename).toBe("DispatchAccepted");
  await graph.run(1);
  await retire(NEW);
  const announced = [await events.next(), await events.next(), await events.next()];
  expect(announced).toMatchObject([
    { to: "ACCEPTED", dispatch: { asset: { id: NEW } } },
    { to: "ACTIVE" },
    { to: "FAILED", reason: "RETIRED", dispatch: { asset: { id: NEW } } },
  ]);
});
