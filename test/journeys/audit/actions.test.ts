// What the audit log says of each action, and of each refused attempt, by whom, over each channel.
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";
import type { Json } from "../../support/json.ts";

const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const NEW_SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7cff";
const NEW_ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2bff";

let application: ApplicationUnderTest;
let admin: ReturnType<typeof clientWith>;
let operator: ReturnType<typeof clientWith>;
beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN, DEMO: "1" });
  admin = clientWith(application, ADMIN_TOKEN);
  operator = clientWith(application, await makeToken(application, "desk", "operator"));
});
afterAll(() => application.stop());

/** The newest records, oldest first, once those of the last request are linked. */
async function records(of: string): Promise<readonly Json[]> {
  application.clock.advance(1_000);
  const { records: found } = await admin.get(`/audit_logs?limit=500&action=${of}`);
  return [...found].reverse();
}

/** A change of the fleet is answered once it is in force. */
async function change(method: string, path: string, body?: object) {
  const answered = admin.send(method, path, body);
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
  const turn = setInterval(() => application.clock.advance(DT_MS), 5);
  const answer = await answered;
  clearInterval(turn);
  expect(answer.status).toBeLessThan(300);
  return answer.body;
}

const OPERATOR = { actor: "token:desk", actor_name: "desk", address: "127.0.0.1", channel: "rest" };
const ADMIN = { actor: "api-token", actor_name: "API_TOKEN", channel: "rest" };

test("the end of the demo, once, and its schedules by the system", async () => {
  application.clock.advance(DT_MS);
  const bySystem = { actor: "system:demo", channel: "flow", target: `asset:${ASSET}` };
  await expect
    .poll(() => records("schedule.set"))
    .toContainEqual(expect.objectContaining(bySystem));
  await operator.send("DELETE", "/demo");
  await operator.send("DELETE", "/demo");
  expect(await records("demo.end")).toMatchObject([
    { ...OPERATOR, target: "fleet", outcome: "done" },
  ]);
});

test("a dispatch, with its request id; its renewal and its cancel with what it was before", async () => {
  const { body } = await operator.send("POST", "/dispatch", {
    ...{ asset_id: ASSET, mw: 2, valid_for_s: 60, request_id: "r-1" },
  });
  const target = `dispatch:${body.id}`;
  await operator.send("POST", `/dispatch/${body.id}/renew`);
  await operator.send("DELETE", `/dispatch/${body.id}`);
  expect((await records("dispatch.request")).at(-1)).toMatchObject({
    ...{ ...OPERATOR, target: `asset:${ASSET}`, request_id: "r-1", outcome: "done", before: null },
    after: { id: body.id, asset_id: ASSET, mw: 2 },
  });
  expect(await records("dispatch.renew")).toMatchObject([{ ...OPERATOR, target }]);
  expect(await records("dispatch.cancel")).toMatchObject([
    { ...OPERATOR, target, before: { mw: 2 }, after: { mw: 2, status: "cancelled" } },
  ]);
});

test("a request that is repeated by its id is one change", async () => {
  const request = { asset_id: ASSET, mw: 1, request_id: "r-2" };
  await operator.send("POST", "/dispatch", request);
  await operator.send("POST", "/dispatch", request);
  const found = await records("dispatch.request");
  expect(found.filter(({ request_id }) => request_id === "r-2")).toHaveLength(1);
});

test("each of several requests, a site's, and a schedule with its size", async () => {
  const before = (await records("dispatch.request")).length;
  const dispatches = [1, 99].map((mw) => ({ asset_id: ASSET, mw }));
  await operator.send("POST", "/dispatches", { dispatches });
  const added = (await records("dispatch.request")).slice(before);
  expect(added.map(({ outcome, code }) => [outcome, code]).sort()).toEqual([
    ["done", null],
    ["refused", "POWER_OUT_OF_LIMITS"],
  ]);
  await operator.send("POST", `/sites/${SITE}/dispatch`, { mw: 1 });
  const [{ after }] = (await records("site.dispatch")) as [Json];
  expect(after.map(({ asset_id }: Json) => asset_id)).toHaveLength(2);
  await operator.send("PUT", `/assets/${ASSET}/schedule`, { intervals: [] });
  expect((await records("schedule.set")).at(-1)).toMatchObject({
    ...{ ...OPERATOR, target: `asset:${ASSET}`, after: { intervals: 0 } },
  });
});

test("sites and assets as they were and as they are; an update that changes nothing has none", async () => {
  const site = { id: NEW_SITE, name: "New", location: "Here" };
  await change("POST", "/sites", site);
  const asset = { id: NEW_ASSET, site_id: NEW_SITE, name: "N-1", capacity_mwhr: 20, max_mw: 10 };
  await change("POST", "/assets", {
    ...asset,
    min_mw: -10,
    ramp_rate_mw_per_min: 60,
    efficiency: 0.9,
  });
  await change("PATCH", `/assets/${NEW_ASSET}`, { capacity_mwhr: 30 });
  await change("PATCH", `/assets/${NEW_ASSET}`, { capacity_mwhr: 30 });
  await change("DELETE", `/assets/${NEW_ASSET}`);
  await change("PATCH", `/sites/${NEW_SITE}`, { name: "Old" });
  await change("DELETE", `/sites/${NEW_SITE}`);
  const of = { asset: `asset:${NEW_ASSET}`, site: `site:${NEW_SITE}` };
  for (const [action, target, before, after] of [
    ["site.register", of.site, null, { name: "New" }],
    ["asset.register", of.asset, null, { capacity_mwhr: 20 }],
    ["asset.update", of.asset, { capacity_mwhr: 20 }, { capacity_mwhr: 30 }],
    ["asset.retire", of.asset, { capacity_mwhr: 30 }, { retired: true }],
    ["site.update", of.site, { name: "New" }, { name: "Old" }],
    ["site.retire", of.site, { name: "Old" }, { retired: true }],
  ] as const)
    expect(await records(action)).toMatchObject([{ ...ADMIN, target, before, after }]);
});

test("a reload of the file, accepted and refused", async () => {
  await change("POST", "/assets/reload");
  expect((await records("fleet.reload")).at(-1)).toMatchObject({ ...ADMIN, outcome: "done" });
  await operator.send("POST", "/assets/reload");
  expect((await records("access")).at(-1)).toMatchObject({
    ...{ ...OPERATOR, target: "POST /assets/reload", outcome: "refused", code: "FORBIDDEN" },
    reason: expect.stringContaining("role admin"),
  });
});

test("tokens and role rules, without the token", async () => {
  await makeToken(application, "short", "viewer");
  await admin.send("DELETE", "/tokens/short");
  await admin.send("POST", "/role_rules", { claim: "roles", equals: "x", role: "viewer" });
  const [made] = (await records("token.make")).slice(-1);
  expect(made).toMatchObject({ ...ADMIN, target: "token:short", after: { role: "viewer" } });
  expect(JSON.stringify(made)).not.toContain("mando_");
  expect(await records("token.withdraw")).toMatchObject([{ target: "token:short" }]);
  expect(await records("role_rule.add")).toMatchObject([{ after: { claim: "roles" } }]);
});

test("refused attempts: of a mutation, of a token that is wrong, and of what does not exist", async () => {
  await operator.graph('mutation { assetRetire(id: "x") { __typename } }');
  expect((await records("access")).at(-1)).toMatchObject({
    ...{ ...OPERATOR, channel: "graphql", target: "Mutation.assetRetire", code: "FORBIDDEN" },
  });
  await clientWith(application, "not a token").send("POST", "/dispatch?x=secret", {});
  const [wrong] = (await records("sign_in")).slice(-1);
  expect(wrong).toMatchObject({
    ...{ actor: "anonymous", address: "127.0.0.1", target: "POST /dispatch" },
    ...{ outcome: "refused", code: "UNAUTHORIZED" },
  });
  expect(JSON.stringify(wrong)).not.toMatch(/not a token"|secret/);
  await operator.send("POST", `/alarms/${NEW_SITE}/acknowledge`);
  expect((await records("alarm.acknowledge")).at(-1)).toMatchObject({
    ...{ ...OPERATOR, target: `alarm:${NEW_SITE}`, code: "ALARM_UNKNOWN" },
  });
  await operator.send("DELETE", `/dispatch/${NEW_SITE}`);
  expect((await records("dispatch.cancel")).at(-1)).toMatchObject({ code: "DISPATCH_UNKNOWN" });
});

test("what comes over a WebSocket and a stream of events has its channel", async () => {
  const query = "subscription { auditEvents { cursor } }";
  const client = createClient({
    url: `${application.url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await makeToken(application, "eyes", "viewer")}` },
    retryAttempts: 0,
  });
  await expect(client.iterate({ query }).next()).rejects.toBeDefined();
  await operator.send("POST", "/graphql", { query }, { accept: "text/event-stream" });
  const found = (await records("access")).slice(-2);
  expect(found.map(({ channel, target }) => [channel, target])).toEqual([
    ["websocket", "Subscription.auditEvents"],
    ["sse", "Subscription.auditEvents"],
  ]);
  await client.dispose();
});
