// Alarms over GraphQL: listed, filtered, acknowledged, followed.
import { afterEach, beforeEach, expect, test } from "vitest";
import { LIMITED_ASSET, riskPromise } from "../../support/alarm-journeys.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { createGraphClient, type GraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";
import { overEvents } from "../../support/transports.ts";

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const ALARM =
  "id code severity message raisedAt clearedAt acknowledgedAt acknowledgedBy assetId siteId dispatchId executionId";
const LIST = `query ($open: Boolean, $severity: [AlarmSeverity!], $first: Int, $after: String) {
  alarms(open: $open, severity: $severity, first: $first, after: $after) {
    nodes { ${ALARM} } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
const FOLLOW = `subscription ($after: String) { alarmEvents(after: $after) { cursor timestamp alarm { ${ALARM} } } }`;
const ACKNOWLEDGE = `mutation ($id: ID!) { acknowledgeAlarm(id: $id) { __typename
  ... on AlarmAcknowledged { alarm { ${ALARM} } } ... on AlarmRefused { code message } } }`;

const at = (tick: number) => new Date(START_MS + tick * DT_MS).toISOString();

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

const list = async (variables: object = {}): Promise<Json> =>
  (await graph.call(LIST, variables)).data.alarms;
const cancel = (id: string) =>
  graph.call("mutation ($id: ID!) { dispatchCancel(id: $id) { __typename } }", { id });

async function follow(variables: Record<string, unknown> = {}) {
  const before = await graph.activeCount();
  const opened = graph.open<{ alarmEvents: Json }>(FOLLOW, variables);
  await expect.poll(graph.activeCount).toBe(before + 1);
  return async () => (await opened.next()).alarmEvents;
}

test("alarms are listed by state and severity, and found as nodes", async () => {
  const dispatchId = await riskPromise(application.url);
  const { nodes } = await list({ open: true });
  expect(nodes).toEqual([
    {
      ...{ id: expect.any(String), code: "PROMISE_AT_RISK", severity: "CRITICAL" },
      message: expect.stringContaining("will lack"),
      ...{ raisedAt: at(0), clearedAt: null, acknowledgedAt: null, acknowledgedBy: null },
      ...{ assetId: LIMITED_ASSET, siteId: expect.any(String), dispatchId, executionId: null },
    },
  ]);
  expect((await list({ open: false })).nodes).toEqual([]);
  expect((await list({ severity: ["CRITICAL", "INFO"] })).nodes).toEqual(nodes);
  expect((await list({ severity: ["WARNING"] })).nodes).toEqual([]);
  const node = `query ($id: ID!) { node(id: $id) { __typename id ... on Alarm { code } } }`;
  const id = nodes[0].id.toUpperCase();
  expect((await graph.call(node, { id })).data.node).toEqual({
    ...{ __typename: "Alarm", id: nodes[0].id, code: "PROMISE_AT_RISK" },
  });
});

test("alarms are listed page by page", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    const id = await riskPromise(application.url, n);
    ids.unshift(id);
    await cancel(id);
    application.clock.advance(DT_MS);
  }
  const first = await list({ first: 2 });
  expect(first.nodes.map((it: Json) => it.dispatchId)).toEqual(ids.slice(0, 2));
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const second = await list({ first: 2, after: first.pageInfo.endCursor });
  expect(second.nodes.map((it: Json) => it.dispatchId)).toEqual(ids.slice(2));
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  for (const after of ["soon", Buffer.from("alarm:x").toString("base64url")]) {
    const { errors } = await graph.call(LIST, { after });
    expect(errors?.[0]?.extensions.code).toBe("BAD_CURSOR");
  }
});

test("an alarm is acknowledged once, and an unknown one is refused", async () => {
  await riskPromise(application.url);
  const [{ id }] = (await list()).nodes;
  application.clock.advance(DT_MS);
  const first = (await graph.call(ACKNOWLEDGE, { id })).data.acknowledgeAlarm;
  expect(first).toMatchObject({
    ...{ __typename: "AlarmAcknowledged", alarm: { id, acknowledgedAt: at(1) } },
  });
  application.clock.advance(DT_MS);
  expect((await graph.call(ACKNOWLEDGE, { id })).data.acknowledgeAlarm).toEqual(first);
  expect((await list()).nodes).toEqual([first.alarm]);
  expect((await graph.call(ACKNOWLEDGE, { id: UNKNOWN_ID })).data.acknowledgeAlarm).toEqual({
    ...{ __typename: "AlarmRefused", code: "ALARM_UNKNOWN" },
    message: expect.stringContaining(UNKNOWN_ID),
  });
  const { errors } = await graph.call(ACKNOWLEDGE, { id: "one" });
  expect(errors?.[0]?.extensions.code).toBe("BAD_UUID");
});

test("alarms are followed, and a client that returns continues without a gap", async () => {
  const next = await follow();
  const id = await riskPromise(application.url);
  const [alarm] = (await list()).nodes;
  await graph.call(ACKNOWLEDGE, { id: alarm.id });
  application.clock.advance(DT_MS);
  await cancel(id);
  const events = [await next(), await next(), await next()];
  const known = { ...alarm, acknowledgedAt: at(0) };
  expect(events.map(({ timestamp, alarm: after }) => [timestamp, after])).toEqual([
    [at(0), alarm],
    [at(0), known],
    [at(1), { ...known, clearedAt: at(1) }],
  ]);
  const again = await follow({ after: events[0].cursor });
  expect([await again(), await again()]).toEqual(events.slice(1));
  const variables = { after: events[1].cursor };
  expect(await overEvents(application.url, { query: FOLLOW, variables })).toEqual({
    ...{ data: { alarmEvents: events[2] } },
  });
  for (const after of ["soon", "YWxhcm0gZXZlbnQ6MQ"]) {
    const { code } = await overEvents(application.url, { query: FOLLOW, variables: { after } });
    expect(code).toBe("BAD_CURSOR");
  }
});
