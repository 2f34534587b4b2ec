// The audit log with a database: stored with its changes, read by GraphQL, continued after a restart, and verified.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import { createGraphClient } from "../../support/graph-client.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const AUDIT_KEY = "a key that nothing else has";
const SOON = { timeout: 20_000 };
const LIST = `query ($action: String, $after: String) {
  auditLog(action: $action, first: 2, after: $after) {
    nodes { id timestamp actor actorName address channel action target before after reason requestId outcome code hash }
    pageInfo { hasNextPage endCursor } } }`;
const FOLLOW =
  "subscription ($after: String) { auditEvents(after: $after) { cursor record { action target } } }";

let server: OwnServer;
let databaseUrl: string;
let directory: string;
let running: ApplicationUnderTest[] = [];

beforeAll(async () => {
  server = await (OWN_SERVERS[0] as (typeof OWN_SERVERS)[0]).start();
}, 60_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-audit-"));
});
afterEach(async () => {
  for (const application of running.splice(0)) await application.stop();
  rmSync(directory, { recursive: true });
});

async function start(key: { AUDIT_KEY?: string } = { AUDIT_KEY }): Promise<ApplicationUnderTest> {
  const application = await startApplication({
    DATABASE_URL: databaseUrl,
    DATA: directory,
    ...key,
  });
  running.push(application);
  return application;
}

async function dispatch({ url }: ApplicationUnderTest, mw: number): Promise<string> {
  const answer = await fetch(`${url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: ASSET, mw }),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

/** Alters the text of the newest record in the database. */
function alterNewest() {
  return queryDatabase(
    databaseUrl,
    `update audit_log set text = replace(text, 'anonymous', 'autonomous')
     where sequence = (select max(sequence) from audit_log)`,
  );
}

/** Runs a command of the sources. */
async function mando(given: readonly string[], environment: Record<string, string>) {
  const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts", ...given], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, ...environment },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const [code] = await once(child, "close");
  return { code, text };
}

test("a change is listed at once by GraphQL, found as a node, and followed live, also after a restart", async () => {
  const first = await start();
  const graph = createGraphClient(first);
  const live = graph.open<{ auditEvents: { cursor: string; record: object } }>(FOLLOW);
  const event = live.next();
  const id = await dispatch(first, 5);
  const { data } = await graph.call(LIST);
  const [record] = data.auditLog.nodes;
  expect(record).toMatchObject({
    ...{ actor: "anonymous", channel: "rest", action: "dispatch.request", outcome: "done" },
    ...{ code: null, address: "127.0.0.1", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(JSON.stringify(record)).toContain(id);
  const node = "query ($id: ID!) { node(id: $id) { __typename id ... on AuditRecord { hash } } }";
  expect((await graph.call(node, { id: record.id.toUpperCase() })).data.node).toEqual({
    ...{ __typename: "AuditRecord", id: record.id, hash: record.hash },
  });
  const { auditEvents } = await event;
  expect(auditEvents.record).toEqual({ action: "dispatch.request", target: record.target });
  await graph.close();
  running = [];
  await first.stop();

  const second = await start();
  const other = createGraphClient(second);
  await dispatch(second, 6);
  await dispatch(second, 7);
  const resumed = other.open<typeof auditEvents & { auditEvents: { cursor: string } }>(FOLLOW, {
    after: auditEvents.cursor,
  });
  const cursors = [await resumed.next(), await resumed.next()].map((it) => it.auditEvents.cursor);
  expect(new Set([auditEvents.cursor, ...cursors]).size).toBe(3);
  const page = (await other.call(LIST, { action: "dispatch.request" })).data.auditLog;
  expect(page.pageInfo.hasNextPage).toBe(true);
  const rest = await other.call(LIST, {
    action: "dispatch.request",
    after: page.pageInfo.endCursor,
  });
  expect(rest.data.auditLog.nodes.map((it: { id: string }) => it.id)).toEqual([record.id]);
  const refused = await other.call('{ auditLog(outcome: "no") { nodes { id } } }');
  expect(refused.errors?.[0]?.extensions.code).toBe("BAD_INPUT");
  await other.close();
});

test("mando audit verify runs beside the server, and names what was altered", {
  timeout: 90_000,
}, async () => {
  const application = await start();
  for (const mw of [1, 2, 3]) await dispatch(application, mw);
  const metrics = async () => (await fetch(`${application.url}/metrics`)).text();
  await expect.poll(metrics, SOON).toContain("mando_audit_head_number 3");
  const text = await metrics();
  const hash = /mando_audit_head_info\{hash="([0-9a-f]{64})"\} 1/.exec(text)?.[1];
  expect(text).toContain("mando_audit_waiting_rows 0");
  const key = { AUDIT_KEY };
  const head = `3:${hash}`;
  const sound = await mando(["audit", "verify", "--head", head], key);
  expect(sound).toMatchObject({ code: 0 });
  expect(sound.text).toBe(
    `3 records verified, from 2026-11-20T12:00:00.000Z on: 0 faults\nhead ${head}\n`,
  );
  expect(await mando(["audit", "verify"], {})).toEqual({
    ...{ code: 1, text: "mando: the audit log is linked with a key from 1 on: set AUDIT_KEY\n" },
  });
  const wrong = await mando(["audit", "verify", "--head", "3"], key);
  expect(wrong).toMatchObject({ code: 1, text: expect.stringContaining("--head must be") });
  const other = await mando(["audit", "verify"], { AUDIT_KEY: "another key of the log" });
  expect(other).toMatchObject({ code: 1, text: expect.stringContaining("it is another one") });
  await queryDatabase(
    databaseUrl,
    "update audit_log set text = replace(text, 'anonymous', 'autonomous')",
  );
  const found = await mando(["audit", "verify"], key);
  expect(found.code).toBe(2);
  expect(found.text).toContain(": 3 faults\nhead 3:");
  expect(found.text).toContain("\n1 is altered: it does not have the hash of its link\n2 is");
  expect(found.text).not.toContain(AUDIT_KEY);
});

test("a record that is put in by SQL is not listed, and named by the health, the metrics and mando audit verify", {
  timeout: 90_000,
}, async () => {
  const application = await start();
  await dispatch(application, 1);
  const list = async () => {
    const answer = await fetch(`${application.url}/audit_logs`);
    return ((await answer.json()) as { records: { actor: string }[] }).records;
  };
  expect(await list()).toHaveLength(1);
  await queryDatabase(
    databaseUrl,
    `insert into audit_log (id, at, actor, address, channel, action, target, outcome, text)
     select copy, at, 'fool', address, channel, action, target, outcome,
       replace(replace(text, id::text, copy::text), '"actor":"anonymous"', '"actor":"fool"')
     from (select *, gen_random_uuid() as copy from audit_log) one`,
  );
  await dispatch(application, 2);
  expect((await list()).map(({ actor }) => actor)).toEqual(["anonymous", "anonymous"]);
  const health = await (await fetch(`${application.url}/health/ready`)).text();
  expect(health).toContain("1 records of the audit log were put in by another");
  const metrics = await (await fetch(`${application.url}/metrics`)).text();
  expect(metrics).toContain("mando_audit_put_in_rows 1");
  const found = await mando(["audit", "verify"], { AUDIT_KEY });
  expect(found.code).toBe(2);
  expect(found.text).toMatch(/the record \S+ is put in: it is not signed with AUDIT_KEY\n/);
});

test("a server with another key, or without, does not start, and nothing counts as put in", {
  timeout: 90_000,
}, async () => {
  const application = await start();
  await dispatch(application, 1);
  const other = { AUDIT_KEY: "another key of the log" };
  // As a standby, beside the leader.
  await expect
    .poll(async () => (await mando(["audit", "verify"], { AUDIT_KEY })).text, SOON)
    .toMatch(/^1 records verified/);
  await expect(start(other)).rejects.toThrow(
    "AUDIT_KEY is another one than the audit log is signed with",
  );
  await running.pop()?.stop();
  await expect(start(other)).rejects.toThrow(
    "AUDIT_KEY is another one than the audit log is signed with",
  );
  await expect(start({})).rejects.toThrow("AUDIT_KEY is not set");
  expect(await mando(["token", "make", "ci", "--role", "operator"], other)).toMatchObject({
    ...{ code: 2, text: expect.stringContaining("AUDIT_KEY is another one") },
  });
});

test("a command that writes a record needs the key of the log, and one that reads does not", {
  timeout: 90_000,
}, async () => {
  const application = await start();
  await dispatch(application, 1);
  await running.pop()?.stop();
  const make = ["token", "make", "ci", "--role", "operator"];
  expect(await mando(make, {})).toEqual({
    code: 2,
    text: "mando: AUDIT_KEY is not set, and the audit log is signed with one: set it\n",
  });
  expect(await mando(["token", "list"], {})).toMatchObject({ code: 0 });
  expect(await queryDatabase(databaseUrl, "select from tokens")).toEqual([]);
  expect(await mando(make, { AUDIT_KEY })).toMatchObject({ code: 0 });
  await start();
  const verified = () => mando(["audit", "verify"], { AUDIT_KEY });
  await expect
    .poll(verified, SOON)
    .toMatchObject({ text: expect.stringContaining("2 records verified") });
  expect(await verified()).toMatchObject({ code: 0, text: expect.stringContaining(": 0 faults") });
});

test("a log whose newest record was altered is not linked, which the health says, and nothing else is refused", async () => {
  const before = await start();
  for (const mw of [1, 2]) await dispatch(before, mw);
  await running.pop()?.stop();
  await alterNewest();
  const application = await start();
  await dispatch(application, 3);
  await expect
    .poll(async () => {
      application.clock.advance(4_000);
      return (await fetch(`${application.url}/health/ready`)).text();
    }, SOON)
    .toContain("records of the audit log cannot be linked");
  expect(application.errors).toHaveLength(1);
  const listed = await (await fetch(`${application.url}/audit_logs`)).json();
  expect((listed as { records: object[] }).records).toHaveLength(2);
});
