// Sites and assets that come, change and go over GraphQL.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import {
  assetInput,
  FILE_ASSET,
  FILE_SITE,
  inForce,
  newAssetId,
  newSiteId,
} from "../../support/fleet-requests.ts";
import { createGraphClient, type GraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const REFUSED =
  "... on FleetChangeRefused { code field message violations { code field message } }";
const ASSET = `id name origin retired site { id } capacityMwhr maxMw minMw rampRateMwPerMin efficiency
  socMinRatio socMaxRatio initialSocPct fallbackMw`;
const SITE = "id name location origin retired maxExportMw maxImportMw totals { assetCount }";

const HISTORY = `history(from: "${new Date(START_MS).toISOString()}", until: "${new Date(START_MS + 60_000).toISOString()}", stepS: 60) {
  nodes { sampleCount } }`;

const MUTATIONS = {
  assetRegister: `mutation ($input: AssetInput!) { done: assetRegister(input: $input) { __typename
    ... on AssetRegistered { asset { ${ASSET} } } ${REFUSED} } }`,
  assetRegisterMany: `mutation ($inputs: [AssetInput!]!) { done: assetRegisterMany(inputs: $inputs) { __typename
    ... on AssetRegistered { asset { id } } ${REFUSED} } }`,
  assetUpdate: `mutation ($id: ID!, $input: AssetUpdateInput!) { done: assetUpdate(id: $id, input: $input) { __typename
    ... on AssetUpdated { asset { ${ASSET} } clamps { field from to } cutDispatches { id mw status } } ${REFUSED} } }`,
  assetRetire: `mutation ($id: ID!) { done: assetRetire(id: $id) { __typename
    ... on AssetRetired { asset { ${ASSET} } } ${REFUSED} } }`,
  siteRegister: `mutation ($input: SiteInput!) { done: siteRegister(input: $input) { __typename
    ... on SiteRegistered { site { ${SITE} } } ${REFUSED} } }`,
  siteUpdate: `mutation ($id: ID!, $input: SiteUpdateInput!) { done: siteUpdate(id: $id, input: $input) { __typename
    ... on SiteUpdated { site { ${SITE} } } ${REFUSED} } }`,
  siteRetire: `mutation ($id: ID!) { done: siteRetire(id: $id) { __typename
    ... on SiteRetired { site { ${SITE} } } ${REFUSED} } }`,
} as const;

let application: ApplicationUnderTest;
let graph: GraphClient;

async function start(): Promise<void> {
  application = await startApplication();
  graph = createGraphClient(application);
}
async function stop(): Promise<void> {
  await graph.close();
  expect(application.errors).toEqual([]);
  await application.stop();
}

type Mutation = keyof typeof MUTATIONS;
const call = async (mutation: Mutation, variables: object): Promise<Json> =>
  (await graph.call(MUTATIONS[mutation], variables)).data?.done;
/** Sends a request that is accepted. */
const change = (mutation: Mutation, variables: object): Promise<Json> =>
  inForce(application, () => call(mutation, variables));
const register = async (difference: Readonly<Record<string, unknown>> = {}) =>
  (await change("assetRegister", { input: assetInput(difference) })).asset;
const query = async (text: string): Promise<Json> => {
  const { data, errors } = await graph.call(text);
  expect(errors).toBeUndefined();
  return data;
};

describe("assets", () => {
  beforeEach(start);
  afterEach(stop);

  test("are registered with the defaults of the file, and are there at once", async () => {
    const done = await change("assetRegister", { input: assetInput() });
    expect(done).toEqual({
      __typename: "AssetRegistered",
      asset: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: "BESS-NEW",
        origin: "API",
        retired: false,
        site: { id: FILE_SITE },
        capacityMwhr: 20,
        maxMw: 10,
        minMw: -10,
        rampRateMwPerMin: 600,
        efficiency: 0.9,
        socMinRatio: 0,
        socMaxRatio: 1,
        initialSocPct: 50,
        fallbackMw: null,
      },
    });
    const { id } = done.asset;
    const data = await query(`{
      asset(id: "${id}") { telemetry { socMwhr socPct } }
      node(id: "${id}") { __typename }
      assets(first: 500) { totalCount nodes { id origin } }
      site(id: "${FILE_SITE}") { origin retired assets { nodes { id } } }
      fleet { totals { assetCount } }
    }`);
    expect(data).toMatchObject({
      asset: { telemetry: { socMwhr: 10, socPct: 50 } },
      node: { __typename: "Asset" },
      assets: { totalCount: 8 },
      site: { origin: "FILE", retired: false },
      fleet: { totals: { assetCount: 8 } },
    });
    expect(data.assets.nodes).toContainEqual({ id, origin: "API" });
    expect(data.assets.nodes).toContainEqual({ id: FILE_ASSET, origin: "FILE" });
    expect(data.site.assets.nodes).toContainEqual({ id });
  });

  test("take every field that the file takes, an id in either case, and null for what may be left out", async () => {
    const id = newAssetId(1);
    const fields = { socMinRatio: 0.1, socMaxRatio: 0.4, fallbackMw: -2 };
    const full = { id: id.toUpperCase(), siteId: FILE_SITE.toUpperCase(), ...fields };
    expect(await register(full)).toMatchObject({ id, ...fields, initialSocPct: 40 });
    const nulls = { id: null, socMinRatio: null, socMaxRatio: null, initialSocPct: null };
    expect(await register({ ...nulls, fallbackMw: null })).toMatchObject({
      ...{ socMinRatio: 0, socMaxRatio: 1, initialSocPct: 50, fallbackMw: null },
    });
    expect(await register({ initialSocPct: 70 })).toMatchObject({ initialSocPct: 70 });
  });

  test("change: energy stays, what is out of bounds is clamped, and what no longer fits is named", async () => {
    const { id } = await register({ fallbackMw: 8, initialSocPct: 75 });
    const sent = await query(
      `mutation { dispatch(input: { assetId: "${id}", mw: 9 }) { ... on DispatchAccepted { dispatch { id } } } }`,
    );
    await graph.run(1);
    const variables = { id: id.toUpperCase(), input: { maxMw: 6, capacityMwhr: 12, name: "B" } };
    const updated = await change("assetUpdate", variables);
    expect(updated).toMatchObject({
      __typename: "AssetUpdated",
      asset: { id, name: "B", maxMw: 6, minMw: -10, capacityMwhr: 12, fallbackMw: 6 },
      clamps: [
        { field: "fallbackMw", from: 8, to: 6 },
        { field: "socMwhr", from: expect.closeTo(15, 1), to: 12 },
      ],
      cutDispatches: [{ id: sent.dispatch.dispatch.id, mw: 9, status: "ACTIVE" }],
    });
    const { asset } = await query(
      `{ asset(id: "${id}") { telemetry { currentMw setpointMw limitedBy capacityMwhr } } }`,
    );
    expect(asset.telemetry).toMatchObject({ currentMw: 6, limitedBy: "POWER", capacityMwhr: 12 });

    const cleared = await change("assetUpdate", { id, input: { fallbackMw: null, maxMw: 20 } });
    expect(cleared).toMatchObject({ asset: { fallbackMw: null }, clamps: [], cutDispatches: [] });
    expect(await change("assetUpdate", { id, input: {} })).toMatchObject({ asset: { name: "B" } });
  });

  test("move to another site, whose sums have them from then on", async () => {
    const { id } = await register();
    const moved = newSiteId(1);
    await change("siteRegister", { input: { id: moved, name: "S", location: "L" } });
    expect(await change("assetUpdate", { id, input: { siteId: moved } })).toMatchObject({
      asset: { site: { id: moved } },
    });
    const { site, assets } = await query(`{
      site(id: "${moved}") { totals { assetCount } }
      assets(siteId: "${moved}") { nodes { id } } }`);
    expect([site.totals.assetCount, assets.nodes]).toEqual([1, [{ id }]]);
  });

  test("retire: dispatches end with a reason, what was reported stays, and no list has them", async () => {
    const { id } = await register();
    const { dispatch } = await query(
      `mutation { dispatch(input: { assetId: "${id}", mw: 1 }) { ... on DispatchAccepted { dispatch { id } } } }`,
    );
    await graph.run(3);
    const events = await graph.follow();
    expect(await change("assetRetire", { id })).toMatchObject({
      __typename: "AssetRetired",
      asset: { id, retired: true, origin: "API", site: { id: FILE_SITE } },
    });
    expect(await events.next()).toMatchObject({ to: "FAILED", reason: "RETIRED" });
    const data = await query(`{
      asset(id: "${id}") { retired telemetry { currentMw } samples { nodes { currentMw } } dispatches { nodes { id reason } } }
      node(id: "${id}") { __typename id }
      assets { totalCount }
      site(id: "${FILE_SITE}") { assets { nodes { id } } }
      fleet { totals { assetCount } }
    }`);
    expect(data).toMatchObject({
      asset: {
        retired: true,
        telemetry: { currentMw: 1 },
        dispatches: { nodes: [{ id: dispatch.dispatch.id, reason: "RETIRED" }] },
      },
      node: { __typename: "Asset", id },
      assets: { totalCount: 7 },
      fleet: { totals: { assetCount: 7 } },
    });
    expect(data.asset.samples.nodes).toHaveLength(4);
    expect(data.site.assets.nodes).not.toContainEqual({ id });
    const again = await query(`mutation { dispatch(input: { assetId: "${id}", mw: 1 }) {
      ... on DispatchRefused { code field } } }`);
    expect(again.dispatch).toEqual({ code: "ASSET_RETIRED", field: "assetId" });
  });

  test("leave cursors good, whatever comes and goes between two pages", async () => {
    const page = async (after: string | null) =>
      (
        await query(`{ assets(first: 4, after: ${JSON.stringify(after)}) {
          nodes { id } pageInfo { endCursor hasNextPage } totalCount } }`)
      ).assets;
    const [early, late] = ["00000000-0000-4000-8000-000000000001", newAssetId(9)];
    const first = await page(null);
    await register({ id: early });
    await register({ id: late });
    const second = await page(first.pageInfo.endCursor);
    const ids = [...first.nodes, ...second.nodes].map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(8);
    expect([ids.at(-1), second.totalCount, second.pageInfo.hasNextPage]).toEqual([late, 9, false]);
    await change("assetRetire", { id: late });
    expect((await page(second.pageInfo.endCursor)).nodes).toEqual([]);
  });
});

describe("sites", () => {
  beforeEach(start);
  afterEach(stop);

  test("are registered, changed and retired, and found by their ids in the end", async () => {
    const { site } = await change("siteRegister", {
      input: { name: "Imatra", location: "Imatra, Finland", maxExportMw: 5 },
    });
    expect(site).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...{ name: "Imatra", location: "Imatra, Finland", origin: "API", retired: false },
      ...{ maxExportMw: 5, maxImportMw: null, totals: { assetCount: 0 } },
    });
    const { id } = await register({ siteId: site.id });
    const input = { maxExportMw: null, maxImportMw: 3, name: "Imatra 2" };
    expect(await change("siteUpdate", { id: site.id, input })).toMatchObject({
      __typename: "SiteUpdated",
      site: { ...input, location: "Imatra, Finland", totals: { assetCount: 1 } },
    });
    await change("assetRetire", { id });
    expect(await change("siteRetire", { id: site.id })).toMatchObject({
      __typename: "SiteRetired",
      site: { id: site.id, retired: true, totals: { assetCount: 0 } },
    });
    const data = await query(`{
      site(id: "${site.id}") { retired assets { nodes { id } } ${HISTORY} }
      node(id: "${site.id}") { __typename }
      asset(id: "${id}") { site { id } location }
      assets(siteId: "${site.id}") { nodes { id } }
      sites { nodes { id } }
    }`);
    expect(data).toMatchObject({
      site: { retired: true, assets: { nodes: [] }, history: { nodes: [{ sampleCount: 2 }] } },
      node: { __typename: "Site" },
      asset: { site: { id: site.id }, location: "Imatra, Finland" },
      assets: { nodes: [] },
    });
    expect(data.sites.nodes).not.toContainEqual({ id: site.id });
  });

  test("limit what their assets give together, from the next tick on", async () => {
    const siteId = newSiteId(1);
    await change("siteRegister", { input: { id: siteId, name: "S", location: "L" } });
    const { id } = await register({ siteId });
    await query(`mutation { dispatch(input: { assetId: "${id}", mw: 9 }) { __typename } }`);
    await graph.run(1);
    await change("siteUpdate", { id: siteId, input: { maxExportMw: 4 } });
    const { asset } = await query(`{ asset(id: "${id}") { telemetry { currentMw limitedBy } } }`);
    expect(asset.telemetry).toEqual({ currentMw: 4, limitedBy: "SITE" });
  });
});

describe("what is refused", () => {
  const [RUNNING, RETIRED] = [newAssetId(1), newAssetId(2)];
  const [BUSY_SITE, OLD_SITE] = [newSiteId(1), newSiteId(2)];
  const siteInput = (difference: object = {}) => ({ name: "S", location: "L", ...difference });
  beforeAll(async () => {
    await start();
    await change("siteRegister", { input: siteInput({ id: BUSY_SITE }) });
    await change("siteRegister", { input: siteInput({ id: OLD_SITE }) });
    await register({ id: RUNNING, siteId: BUSY_SITE });
    await register({ id: RETIRED });
    await change("assetRetire", { id: RETIRED });
    await change("siteRetire", { id: OLD_SITE });
  });
  afterAll(stop);

  test.each<[string, string, Mutation, object]>([
    ["ASSET_EXISTS", "id", "assetRegister", { input: assetInput({ id: FILE_ASSET }) }],
    ["ASSET_EXISTS", "id", "assetRegister", { input: assetInput({ id: RETIRED }) }],
    ["ASSET_INVALID", "efficiency", "assetRegister", { input: assetInput({ efficiency: 2 }) }],
    ["SITE_UNKNOWN", "siteId", "assetRegister", { input: assetInput({ siteId: UNKNOWN_ID }) }],
    ["SITE_RETIRED", "siteId", "assetRegister", { input: assetInput({ siteId: OLD_SITE }) }],
    ["ASSET_UNKNOWN", "id", "assetUpdate", { id: UNKNOWN_ID, input: { name: "B" } }],
    ["ASSET_RETIRED", "id", "assetUpdate", { id: RETIRED, input: { name: "B" } }],
    ["MANAGED_BY_FILE", "id", "assetUpdate", { id: FILE_ASSET, input: { name: "B" } }],
    ["ASSET_INVALID", "minMw", "assetUpdate", { id: RUNNING, input: { minMw: 1 } }],
    ["SITE_UNKNOWN", "siteId", "assetUpdate", { id: RUNNING, input: { siteId: UNKNOWN_ID } }],
    ["ASSET_UNKNOWN", "id", "assetRetire", { id: UNKNOWN_ID }],
    ["ASSET_RETIRED", "id", "assetRetire", { id: RETIRED }],
    ["MANAGED_BY_FILE", "id", "assetRetire", { id: FILE_ASSET }],
    ["SITE_EXISTS", "id", "siteRegister", { input: siteInput({ id: OLD_SITE }) }],
    ["ASSET_EXISTS", "id", "siteRegister", { input: siteInput({ id: RUNNING }) }],
    ["SITE_INVALID", "name", "siteRegister", { input: siteInput({ name: " " }) }],
    ["SITE_UNKNOWN", "id", "siteUpdate", { id: UNKNOWN_ID, input: { name: "B" } }],
    ["SITE_RETIRED", "id", "siteUpdate", { id: OLD_SITE, input: { name: "B" } }],
    ["SITE_INVALID", "maxImportMw", "siteUpdate", { id: BUSY_SITE, input: { maxImportMw: -1 } }],
    ["MANAGED_BY_FILE", "id", "siteUpdate", { id: FILE_SITE, input: { name: "B" } }],
    ["SITE_NOT_EMPTY", "id", "siteRetire", { id: BUSY_SITE }],
    ["SITE_UNKNOWN", "id", "siteRetire", { id: UNKNOWN_ID }],
    ["SITE_RETIRED", "id", "siteRetire", { id: OLD_SITE }],
    ["MANAGED_BY_FILE", "id", "siteRetire", { id: FILE_SITE }],
  ])("with %s for the field %s by %s", async (code, field, mutation, variables) => {
    const first = { code, field, message: expect.stringMatching(/^\S+ .{5}/) };
    const name = mutation[0]?.toUpperCase() + mutation.slice(1);
    const refused = { __typename: `${name}Refused`, ...first, violations: [first] };
    expect(await call(mutation, variables)).toEqual(refused);
  });

  test("has every reason at once, in sentences", async () => {
    const input = assetInput({
      id: RUNNING,
      siteId: UNKNOWN_ID,
      efficiency: 0,
      maxMw: -1,
      name: "",
    });
    expect(await call("assetRegister", { input })).toMatchObject({
      __typename: "AssetRegisterRefused",
      code: "ASSET_EXISTS",
      field: "id",
      violations: [
        { code: "ASSET_EXISTS", field: "id", message: expect.stringContaining(RUNNING) },
        {
          code: "ASSET_INVALID",
          field: "name",
          message: "name must have a character that can be seen",
        },
        { field: "maxMw", message: "maxMw must be 0 to 1000000 MW, not -1" },
        { field: "efficiency", message: "efficiency must be 0.01 to 1, not 0" },
        { code: "SITE_UNKNOWN", field: "siteId", message: expect.stringContaining(UNKNOWN_ID) },
      ],
    });
  });

  test.each([
    ["BAD_UUID", "input.id", "assetRegister", { input: assetInput({ id: "BESS-1" }) }],
    ["BAD_UUID", "input.siteId", "assetRegister", { input: assetInput({ siteId: "S" }) }],
    ["BAD_UUID", "id", "assetRetire", { id: "BESS-1" }],
    ["BAD_UUID", "input.siteId", "assetUpdate", { id: RUNNING, input: { siteId: "S" } }],
    ["BAD_INPUT", "input.name", "assetUpdate", { id: RUNNING, input: { name: null } }],
    ["BAD_INPUT", "input.siteId", "assetUpdate", { id: RUNNING, input: { siteId: null } }],
    ["BAD_INPUT", "input.maxMw", "assetUpdate", { id: RUNNING, input: { maxMw: null } }],
    ["BAD_INPUT", "input.location", "siteUpdate", { id: BUSY_SITE, input: { location: null } }],
    ["BAD_INPUT", "inputs", "assetRegisterMany", { inputs: [] }],
    ["BAD_INPUT", "inputs", "assetRegisterMany", { inputs: Array(1001).fill(assetInput()) }],
    [
      "BAD_UUID",
      "inputs[1].id",
      "assetRegisterMany",
      { inputs: [{}, { id: "B" }].map(assetInput) },
    ],
  ] as const)("as malformed with %s at %s", async (code, argument, mutation, variables) => {
    const { errors } = await graph.call(MUTATIONS[mutation], variables);
    expect(errors).toMatchObject([{ extensions: { code, argument } }]);
  });

  test("leaves the fleet as it was", async () => {
    await graph.run(1);
    const { assets, sites } = await query("{ assets { totalCount } sites { totalCount } }");
    expect(assets.totalCount).toBe(8);
    expect(sites.totalCount).toBe((await query("{ sites { nodes { id } } }")).sites.nodes.length);
  });
});

describe("many assets at once", () => {
  beforeEach(start);
  afterEach(stop);

  test("are each decided by themselves, in their order", async () => {
    const inputs = [{ id: newAssetId(1) }, { id: FILE_ASSET }, { id: newAssetId(1) }, {}].map(
      (it) => assetInput(it),
    );
    const done = await inForce(application, () => call("assetRegisterMany", { inputs }), 2);
    expect(done).toMatchObject([
      { __typename: "AssetRegistered", asset: { id: newAssetId(1) } },
      { __typename: "AssetRegisterRefused", code: "ASSET_EXISTS" },
      { __typename: "AssetRegisterRefused", code: "ASSET_EXISTS" },
      { __typename: "AssetRegistered" },
    ]);
    expect((await query("{ assets { totalCount } }")).assets.totalCount).toBe(9);
  });

  test("may be a thousand", { timeout: 30_000 }, async () => {
    const inputs = Array.from({ length: 1000 }, (_, n) => assetInput({ id: newAssetId(n) }));
    const done = await inForce(application, () => call("assetRegisterMany", { inputs }), 1000);
    expect(done.map((it: Json) => it.asset.id)).toEqual(
      inputs.map((it) => newAssetId(inputs.indexOf(it))),
    );
    expect((await query("{ fleet { totals { assetCount } } }")).fleet.totals.assetCount).toBe(1007);
  });
});

test("a change needs the token of the server", async () => {
  application = await startApplication({ API_TOKEN: "a-long-secret" });
  graph = createGraphClient(application);
  const { errors } = await graph.call(MUTATIONS.assetRegister, { input: assetInput() });
  expect(errors).toMatchObject([{ extensions: { code: "UNAUTHORIZED" } }]);
  await graph.run(1);
  expect((await query("{ assets { totalCount } }")).assets.totalCount).toBe(7);
  await stop();
});
