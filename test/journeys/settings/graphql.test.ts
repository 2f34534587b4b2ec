// Settings over GraphQL, in an application without a database.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { createGraphClient } from "../../support/graph-client.ts";
import { ASSET, SITE } from "../../support/rest-under-test.ts";

let application: ApplicationUnderTest;
let call: ReturnType<typeof createGraphClient>["call"];
beforeAll(async () => {
  application = await startApplication({ MAX_QUERY_ALIASES: "100" });
  ({ call } = createGraphClient(application));
});
afterAll(() => application.stop());

const FIELDS = "id scope value version inForceScope inForceVersion isOverriddenBy";
const RESULT = `{ __typename
  ... on SettingChanged { setting { ${FIELDS} } change { version value isReset reason } note }
  ... on SettingPreview { setting { ${FIELDS} } value effects { scope before after } effectCount note }
  ... on SettingConflict { code message setting { ${FIELDS} } current { version value } }
  ... on SettingRefused { code message field } }`;
const TERMS = "$id: ID!, $scope: String, $expectedVersion: Int!, $reason: String, $dryRun: Boolean";
const PASSED =
  "id: $id, scope: $scope, expectedVersion: $expectedVersion, reason: $reason, dryRun: $dryRun";

const mutate = async (name: string, more: string, variables: object) => {
  const [type, argument] =
    more === "" ? ["", ""] : [`, ${more}`, `, ${more.replace(/\$(\w+).*/, "$1: $$$1")}`];
  const query = `mutation (${TERMS}${type}) { result: ${name}(${PASSED}${argument}) ${RESULT} }`;
  const { data, errors } = await call(query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.result;
};
const change = (variables: object) => mutate("changeSetting", "$value: JSON!", variables);
const reset = (variables: object) => mutate("resetSetting", "", variables);
const rollback = (variables: object) => mutate("rollbackSetting", "$toVersion: Int!", variables);

const settings = async (scope?: string, asOf?: string) => {
  const query = `query ($scope: String, $asOf: DateTime) { settings(scope: $scope, asOf: $asOf) {
    ${FIELDS} default scopes jsonSchema takesEffect invalid { scope }
    history(first: 2) { nodes { version value isReset changedBy changedAt reason } pageInfo { hasNextPage } } } }`;
  const { data, errors } = await call(query, { scope, asOf });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.settings;
};
const settingOf = async (id: string, ...of: Parameters<typeof settings>) =>
  (await settings(...of)).find((it: { id: string }) => it.id === id);

test("a setting is changed in the scopes of an asset, its site and the platform, which inherit", async () => {
  const id = "asset_limited_s";
  const [site, asset] = [`site:${SITE}`, `asset:${ASSET}`];
  expect(await settingOf(id, asset)).toMatchObject({ value: 3600, version: 0, inForceScope: null });
  expect(await change({ id, scope: site, value: 60, expectedVersion: 0, dryRun: true })).toEqual({
    __typename: "SettingPreview",
    setting: expect.objectContaining({ value: 3600, version: 0 }),
    value: 60,
    effects: [
      { scope: site, before: 3600, after: 60 },
      { scope: asset, before: 3600, after: 60 },
      { scope: asset.replace(/1$/, "2"), before: 3600, after: 60 },
    ],
    effectCount: 3,
    note: null,
  });
  expect(await change({ id, scope: site, value: 60, expectedVersion: 0 })).toMatchObject({
    __typename: "SettingChanged",
    setting: { scope: site, value: 60, version: 1, inForceScope: site },
  });
  expect(await settingOf(id, asset)).toMatchObject({
    ...{ value: 60, version: 0, inForceScope: site, inForceVersion: 1 },
  });
  expect(await change({ id, scope: asset, value: 30, expectedVersion: 0 })).toMatchObject({
    setting: { value: 30, inForceScope: asset },
  });
  expect(await reset({ id, scope: asset, expectedVersion: 1, reason: "done" })).toMatchObject({
    setting: { value: 60, version: 2, inForceScope: site },
    change: { version: 2, value: 60, isReset: true, reason: "done" },
  });
  expect(await rollback({ id, scope: asset, expectedVersion: 2, toVersion: 1 })).toMatchObject({
    setting: { value: 30, version: 3, inForceScope: asset },
  });
  expect(await settingOf(id, asset)).toMatchObject({
    history: { nodes: [{ version: 3 }, { version: 2 }], pageInfo: { hasNextPage: true } },
  });
});

test("of two changes that expect the same version one is refused, with the change of the other", async () => {
  const given = { id: "max_sockets", expectedVersion: 0 };
  const results = await Promise.all([
    change({ ...given, value: 7 }),
    change({ ...given, value: 8 }),
  ]);
  expect(results.map(({ __typename }) => __typename).sort()).toEqual([
    "SettingChanged",
    "SettingConflict",
  ]);
  const done = results.find((it) => it.__typename === "SettingChanged");
  const conflict = results.find((it) => it.__typename === "SettingConflict");
  expect(conflict).toMatchObject({
    code: "SETTING_CONFLICT",
    current: { version: 1, value: done.change.value },
    setting: { version: 1, value: done.change.value },
  });
});

test("what a variable gives stays in force, and a change is stored meanwhile", async () => {
  const id = "max_query_aliases";
  expect(await settingOf(id)).toMatchObject({ value: 100, isOverriddenBy: "MAX_QUERY_ALIASES" });
  expect(await change({ id, value: 50, expectedVersion: 0 })).toMatchObject({
    setting: { value: 100, version: 1, inForceScope: null, isOverriddenBy: "MAX_QUERY_ALIASES" },
    change: { version: 1, value: 50 },
    note: expect.stringMatching(/^MAX_QUERY_ALIASES is given/),
  });
});

test.each([
  ["a version below 0", { value: 7, expectedVersion: -1 }],
  ["a dry run that is null", { value: 7, expectedVersion: 0, dryRun: null }],
])("%s is refused", async (_, terms) => {
  await expect(change({ id: "late_ticks", ...terms })).rejects.toThrow("BAD_INPUT");
  expect((await settingOf("late_ticks")).version).toBe(0);
});

test("a rollback to a version below 1 is refused", async () => {
  const terms = { id: "late_ticks", expectedVersion: 0, toVersion: 0 };
  await expect(rollback(terms)).rejects.toThrow("BAD_INPUT");
});

test("values are read as of an instant", async () => {
  const id = "stale_s";
  const nowMs = application.clock.nowMs();
  const at = (ms: number) => new Date(nowMs + ms).toISOString();
  application.clock.advance(1_000);
  await change({ id, value: 20, expectedVersion: 0 });
  application.clock.advance(1_000);
  await change({ id, value: 25, expectedVersion: 1 });
  const valueAt = async (ms: number) => (await settingOf(id, undefined, at(ms))).value;
  expect(await Promise.all([0, 999, 1_000, 1_999, 2_000].map(valueAt))).toEqual([
    15, 15, 20, 20, 25,
  ]);
  expect(await settingOf("max_query_aliases", undefined, at(5_000))).toMatchObject({
    ...{ value: 50, isOverriddenBy: null },
  });
});

test.each([
  [{ id: "max_list", value: 1 }, "SETTING_UNKNOWN", "id"],
  [{ id: "max_list_ids", value: 0 }, "SETTING_VALUE_INVALID", "value"],
  [{ id: "max_list_ids", value: "5" }, "SETTING_VALUE_INVALID", "value"],
  [{ id: "max_list_ids", value: 1.5 }, "SETTING_VALUE_INVALID", "value"],
  [{ id: "max_list_ids", value: [] }, "SETTING_VALUE_INVALID", "value"],
  [{ id: "introspection", value: 1 }, "SETTING_VALUE_INVALID", "value"],
  [{ id: "log_level", value: "loud" }, "SETTING_VALUE_INVALID", "value"],
  [{ id: "max_list_ids", value: 5, scope: `site:${SITE}` }, "SETTING_SCOPE_INVALID", "scope"],
  [{ id: "max_list_ids", value: 5, scope: "fleet" }, "SETTING_SCOPE_INVALID", "scope"],
  [{ id: "asset_limited_s", value: 5, scope: `site:${ASSET}` }, "SITE_UNKNOWN", "scope"],
  [{ id: "asset_limited_s", value: 5, scope: `asset:${SITE}` }, "ASSET_UNKNOWN", "scope"],
])("%j is refused as %s", async (given, code, field) => {
  expect(await change({ expectedVersion: 0, ...given })).toMatchObject({
    ...{ __typename: "SettingRefused", code, field },
  });
});

test("a rollback to a version that is not there is refused, and an unknown scope is an error", async () => {
  const given = { id: "max_list_ids", expectedVersion: 0, toVersion: 4 };
  expect(await rollback(given)).toMatchObject({ code: "SETTING_VERSION_UNKNOWN" });
  await expect(settings("fleet")).rejects.toThrow("SETTING_SCOPE_INVALID");
});
