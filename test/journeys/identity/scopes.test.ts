// What lies outside of the sites and assets that are granted does not exist: lists, counts, sums, streams, metrics, errors.
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";
import type { Json } from "../../support/json.ts";

const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const OTHER_SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02";
const asset = (n: number) => `8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b0${n}`;
/** Two at the site, one at another. */
const [OWN, OWN_TOO, OTHER] = [asset(1), asset(2), asset(3)];

let application: ApplicationUnderTest;
let admin: ReturnType<typeof clientWith>;
/** An operator of the site. */
let local: ReturnType<typeof clientWith>;
let localToken: string;
/** An operator of one of its assets. */
let single: ReturnType<typeof clientWith>;
let singleToken: string;
let otherDispatch: Json;
beforeAll(async () => {
  application = await startApplication({
    API_TOKEN: ADMIN_TOKEN,
    MAX_QUERY_COMPLEXITY: "1000000",
  });
  admin = clientWith(application, ADMIN_TOKEN);
  localToken = await makeToken(application, "local", "operator", { site_ids: [SITE] });
  local = clientWith(application, localToken);
  singleToken = await makeToken(application, "single", "operator", { asset_ids: [OWN] });
  single = clientWith(application, singleToken);
  otherDispatch = (await admin.send("POST", "/dispatch", { asset_id: OTHER, mw: 2 })).body;
  await admin.send("POST", "/dispatch", { asset_id: OWN, mw: 1 });
  await advance();
});
afterAll(() => application.stop());

async function advance(): Promise<void> {
  application.clock.advance(DT_MS);
  await new Promise((resolve) => setImmediate(resolve));
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe("over REST", () => {
  test("lists have what is granted", async () => {
    expect(idsOf(await local.get("/assets"))).toEqual([OWN, OWN_TOO]);
    expect(idsOf(await local.get("/sites"))).toEqual([SITE]);
    expect(idsOf(await single.get("/assets"))).toEqual([OWN]);
    expect(idsOf(await single.get("/sites"))).toEqual([SITE]);
    const samples: readonly Json[] = await local.get("/telemetry");
    expect(samples.map(({ asset_id }) => asset_id)).toEqual([OWN, OWN_TOO]);
    const { dispatches } = await local.get("/dispatches");
    expect(dispatches.map((it: Json) => it.asset_id)).toEqual([OWN]);
    expect((await local.send("GET", "/assets/export")).text).not.toContain(OTHER);
  });

  test("sums are of what is granted", async () => {
    const whole = await admin.get(`/sites/${SITE}`);
    const { totals: ofSingle } = await single.get(`/sites/${SITE}`);
    expect(await local.get("/fleet")).toEqual(whole.totals);
    expect(await single.get("/fleet")).toEqual(ofSingle);
    const sample = await admin.get(`/telemetry/${OWN}`);
    expect(ofSingle).toMatchObject({ asset_count: 1, soc_mwhr: sample.soc_mwhr });
  });

  test.each([
    ["GET", `/assets/${OTHER}`],
    ["GET", `/telemetry/${OTHER}`],
    ["GET", `/telemetry/${OTHER}/history`],
    ["GET", `/telemetry?site_id=${OTHER_SITE}`],
    ["GET", `/telemetry/stream?asset_id=${OTHER}`],
    ["GET", `/dispatches/stream?site_id=${OTHER_SITE}`],
    ["GET", `/sites/${OTHER_SITE}`],
    ["GET", `/assets/${OTHER}/schedule`],
    ["GET", `/assets/${OTHER}/forecast?until=2026-11-20T13:00:00Z`],
    ["GET", `/sites/${OTHER_SITE}/forecast?until=2026-11-20T13:00:00Z`],
    ["POST", "/dispatch", { asset_id: OTHER, mw: 1 }],
    ["POST", `/sites/${OTHER_SITE}/dispatch`, { mw: 1 }],
    ["PUT", `/assets/${OTHER}/schedule`, { intervals: [] }],
    ["GET", "/dispatch/{dispatch}"],
    ["DELETE", "/dispatch/{dispatch}"],
    ["POST", "/dispatch/{dispatch}/renew"],
  ])("%s %s is answered as if the id were unknown", async (method, path, body?: object) => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    const real = path.replace("{dispatch}", otherDispatch.id);
    const swap = (text: string) =>
      [OTHER, OTHER_SITE, otherDispatch.id].reduce((all, id) => all.replaceAll(id, unknown), text);
    const given = await local.send(method, real, body);
    const none = await local.send(
      method,
      swap(real),
      body && JSON.parse(swap(JSON.stringify(body))),
    );
    expect(given.status).toBe(404);
    expect(swap(given.text)).toBe(none.text);
  });

  test("a part of a site is neither dispatched nor foreseen as a site, and has no history of its own", async () => {
    for (const [method, path, body] of [
      ["POST", `/sites/${SITE}/dispatch`, { mw: 1 }],
      ["GET", `/sites/${SITE}/forecast?until=2026-11-20T13:00:00Z`],
    ] as const) {
      const { status, body: answer } = await single.send(method, path, body);
      expect(answer).toMatchObject({
        code: "FORBIDDEN",
        detail: expect.stringContaining("Valkeakoski"),
      });
      expect(status).toBe(403);
      expect((await local.send(method, path, body)).status).toBeLessThan(300);
    }
  });

  test("an action that is granted elsewhere alone is refused, with the role that lacks", async () => {
    const token = await makeToken(application, "looks", "viewer", { site_ids: [SITE] });
    const looks = clientWith(application, token);
    expect((await looks.send("GET", `/assets/${OWN}`)).status).toBe(200);
    const { body } = await looks.send("POST", "/dispatch", { asset_id: OWN, mw: 1 });
    expect(body).toMatchObject({
      code: "FORBIDDEN",
      detail: expect.stringMatching(/role operator/),
    });
  });

  test("each of several requests is decided by what is granted for it", async () => {
    const dispatches = [OWN, OTHER].map((asset_id) => ({ asset_id, mw: 1 }));
    const { body } = await local.send("POST", "/dispatches", { dispatches });
    expect(body.results).toMatchObject([
      { accepted: true },
      { accepted: false, problem: { code: "ASSET_UNKNOWN" } },
    ]);
  });

  test("metrics are of what is granted", async () => {
    const { text } = await local.send("GET", "/metrics");
    expect(text).toContain(OWN_TOO);
    expect(text).not.toContain(OTHER);
    expect(text).not.toContain(OTHER_SITE);
    const energy = (await local.get("/fleet")).soc_mwhr * 3.6e9;
    const line = /^mando_fleet_stored_joules (\S+)$/m.exec(text)?.[1];
    expect(Number(line)).toBeCloseTo(energy, -3);
    expect(text).not.toContain("mando_dispatches_total");
  });

  test("examples of the OpenAPI document name nothing to a client that may see nothing", async () => {
    const closed = await startApplication({ API_TOKEN: ADMIN_TOKEN, ANONYMOUS_ROLE: "none" });
    const stranger = clientWith(closed, undefined);
    await makeToken(closed, "x", "viewer");
    const text = (await stranger.send("GET", "/openapi.json")).text;
    expect(JSON.parse(text).openapi).toBe("3.1.0");
    expect(text).not.toContain(OTHER);
    await closed.stop();
  });
});

describe("over GraphQL", () => {
  test("lists, sums and nodes are of what is granted", async () => {
    const { data } = await local.graph(`{
      fleet { totals { assetCount } }
      assets { edges { node { id site { totals { assetCount } } } } }
      sites { edges { node { id } } }
      dispatches { edges { node { asset { id } } } }
      asset(id: "${OTHER}") { id } site(id: "${OTHER_SITE}") { id }
      dispatch(id: "${otherDispatch.id}") { id } node(id: "${OTHER}") { id }
    }`);
    expect(data).toMatchObject({
      fleet: { totals: { assetCount: 2 } },
      ...{ asset: null, site: null, dispatch: null, node: null },
    });
    const nodes = (name: string) => data[name].edges.map(({ node }: Json) => node);
    expect(idsOf(nodes("assets"))).toEqual([OWN, OWN_TOO]);
    expect(idsOf(nodes("sites"))).toEqual([SITE]);
    const dispatched: readonly string[] = nodes("dispatches").map((it: Json) => it.asset.id);
    expect(dispatched.filter((id) => id !== OWN && id !== OWN_TOO)).toEqual([]);
    expect(dispatched).not.toEqual([]);
    const { data: ofSingle } = await single.graph(
      `{ site(id: "${SITE}") { totals { assetCount } assets { edges { node { id } } } } }`,
    );
    expect(ofSingle.site.totals.assetCount).toBe(1);
  });

  const range = 'from: "2026-11-20T11:00:00Z", until: "2026-11-20T13:00:00Z", stepS: 60';
  test("history of a part of the fleet, or of a site, is refused", async () => {
    const { errors } = await local.graph(`{ fleet { history(${range}) { edges { cursor } } } }`);
    expect(errors?.[0]).toMatchObject({ extensions: { code: "FORBIDDEN" } });
    const ofSite = `{ site(id: "${SITE}") { history(${range}) { edges { cursor } } } }`;
    expect((await single.graph(ofSite)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await local.graph(ofSite)).errors).toBeUndefined();
  });

  test("a record of the audit log is no node to a client that may not read it", async () => {
    const { data } = await admin.graph("{ auditLog(first: 1) { edges { node { id } } } }");
    const [{ node }] = data.auditLog.edges;
    const query = `{ node(id: "${node.id}") { __typename } }`;
    expect((await admin.graph(query)).data.node).toEqual({ __typename: "AuditRecord" });
    expect((await local.graph(query)).data.node).toBeNull();
  });
});

describe("live", () => {
  async function follow(token: string, query: string) {
    const client = createClient({
      url: `${application.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    const results = client.iterate<Json>({ query });
    const next = async (): Promise<Json> => (await results.next()).value?.data;
    return { next, stop: () => client.dispose() };
  }

  test.each([
    ["plain samples", "subscription { telemetry { samples { assetId socMwhr } } }"],
    [
      "samples with their sites",
      "subscription { telemetry { samples { assetId asset { site { totals { assetCount } } } } } }",
    ],
  ])("%s are of what is granted, whatever others subscribe to", async (_, query) => {
    const all = await follow(ADMIN_TOKEN, query);
    const some = await follow(localToken, query);
    const [whole, part] = [await all.next(), await some.next()];
    await advance();
    const ids = ({ telemetry }: Json) => telemetry.samples.map((it: Json) => it.assetId);
    for (const [of, first] of [
      [all, whole],
      [some, part],
    ] as const) {
      const expected = of === all ? 7 : 2;
      expect(ids(first)).toHaveLength(expected);
      expect(ids(await of.next())).toHaveLength(expected);
    }
    await Promise.all([all.stop(), some.stop()]);
  });

  test("what is below samples is of what is granted", async () => {
    const query =
      "subscription { telemetry { samples { asset { id site { totals { assetCount } } } } } }";
    const counts = ({ telemetry }: Json) =>
      telemetry.samples
        .filter((it: Json) => it.asset.id === OWN)
        .map((it: Json) => it.asset.site.totals.assetCount);
    const all = await follow(ADMIN_TOKEN, query);
    const some = await follow(singleToken, query);
    expect([counts(await all.next()), counts(await some.next())]).toEqual([[2], [1]]);
    await advance();
    expect([counts(await all.next()), counts(await some.next())]).toEqual([[2], [1]]);
    await Promise.all([all.stop(), some.stop()]);
  });

  test("sums and sites are those of each client", async () => {
    const query = "subscription { fleet { assetCount } }";
    const clients = [await follow(ADMIN_TOKEN, query), await follow(localToken, query)];
    const counts = async () =>
      Promise.all(clients.map(async ({ next }) => (await next()).fleet.assetCount));
    expect(await counts()).toEqual([7, 2]);
    await advance();
    expect(await counts()).toEqual([7, 2]);
    await Promise.all(clients.map(({ stop }) => stop()));
  });

  test("events are of what is granted", async () => {
    const query = "subscription { dispatchEvents { to dispatch { asset { id } } } }";
    const some = await follow(localToken, query);
    await expect
      .poll(async () => (await admin.send("GET", "/metrics")).text)
      .toMatch(/^mando_subscriptions_active 1$/m);
    await admin.send("POST", "/dispatch", { asset_id: OTHER, mw: 3 });
    await admin.send("POST", "/dispatch", { asset_id: OWN_TOO, mw: 1 });
    expect((await some.next()).dispatchEvents.dispatch.asset.id).toBe(OWN_TOO);
    await some.stop();
  });
});
