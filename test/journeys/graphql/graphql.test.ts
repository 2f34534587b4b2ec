import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

interface Answer {
  readonly status: number;
  readonly data: Json;
  readonly errors?: { message: string; extensions: { code: string; argument?: string } }[];
}

async function call(
  query: string,
  variables?: object,
  headers: Record<string, string> = {},
  url = application.url,
) {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.status, ...((await answer.json()) as object) } as Answer;
}

const DISPATCH = `mutation ($input: DispatchInput!) {
  dispatch(input: $input) {
    __typename
    ... on DispatchAccepted { dispatch { id mw durationS status reason submittedAt asset { name } } }
    ... on DispatchRefused { code message field requestedMw minMw maxMw limitedBy }
  }
}`;

describe("a person in GraphiQL", () => {
  test("explores the fleet in one query", async () => {
    const { data } = await call(`{
      fleet { totals { timestamp assetCount capacityMwhr socPct chargingCount dischargingCount idleCount } }
      sites { totalCount nodes { name totals { assetCount } assets(first: 1) { nodes { name } } } }
      asset(id: "${ASSET}") { name location site { id name } capacityMwhr maxMw minMw rampRateMwPerMin efficiency
        telemetry { assetId siteId timestamp socMwhr socPct capacityMwhr currentMw setpointMw maxMw minMw status limitedBy
          energyInMwhr energyOutMwhr asset { id } } }
    }`);
    expect(data.fleet.totals).toMatchObject({
      timestamp: new Date(START_MS).toISOString(),
      assetCount: 7,
      capacityMwhr: 421,
      idleCount: 7,
    });
    expect(data.sites.totalCount).toBe(3);
    expect(data.sites.nodes[0]).toEqual({
      name: "Valkeakoski",
      totals: { assetCount: 2 },
      assets: { nodes: [{ name: "VALKEAKOSKI-1" }] },
    });
    expect(data.asset).toMatchObject({
      name: "VALKEAKOSKI-1",
      location: "Valkeakoski, Finland",
      site: { id: SITE },
      telemetry: {
        assetId: ASSET,
        siteId: SITE,
        socMwhr: 18,
        status: "IDLE",
        limitedBy: null,
        asset: { id: ASSET },
      },
    });
  });

  test("drives it, and reads what came of it", async () => {
    const { data } = await call(DISPATCH, { input: { assetId: ASSET, mw: 5, durationS: 60 } });
    expect(data.dispatch).toMatchObject({
      __typename: "DispatchAccepted",
      dispatch: {
        mw: 5,
        durationS: 60,
        status: "ACCEPTED",
        reason: null,
        asset: { name: "VALKEAKOSKI-1" },
      },
    });
    application.clock.advance(3 * DT_MS);
    const { id } = data.dispatch.dispatch;
    const after = await call(`{
      node(id: "${id}") { __typename id ... on Dispatch { mw } }
      dispatch(id: "${id}") { submittedAt }
      asset(id: "${ASSET}") { telemetry { currentMw limitedBy } samples(first: 2) {
        nodes { currentMw limitedBy } pageInfo { hasNextPage endCursor } } }
    }`);
    expect(after.data.node).toEqual({ __typename: "Dispatch", id, mw: 5 });
    expect(after.data.asset.telemetry).toEqual({ currentMw: 5, limitedBy: null });
    expect(after.data.asset.samples.nodes).toEqual([
      { currentMw: 5, limitedBy: null },
      { currentMw: 4, limitedBy: "RAMP" },
    ]);
    const { endCursor } = after.data.asset.samples.pageInfo;
    const rest = await call(`{ asset(id: "${ASSET}") { samples(first: 2, after: "${endCursor}") {
      nodes { currentMw } pageInfo { hasNextPage hasPreviousPage } } } }`);
    expect(rest.data.asset.samples).toEqual({
      nodes: [{ currentMw: 2 }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
  });

  test.each([
    [
      { mw: 80 },
      {
        code: "POWER_OUT_OF_LIMITS",
        field: "mw",
        requestedMw: 80,
        minMw: -30,
        maxMw: 30,
        limitedBy: "POWER",
      },
    ],
    [{ assetId: UNKNOWN_ID }, { code: "ASSET_UNKNOWN", field: "assetId" }],
    [{ durationS: 0 }, { code: "DURATION_OUT_OF_RANGE", field: "durationS" }],
  ])("gets the refusal of %j as data", async (difference, refusal) => {
    const { status, data, errors } = await call(DISPATCH, {
      input: { assetId: ASSET, mw: 1, ...difference },
    });
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data.dispatch).toMatchObject({ __typename: "DispatchRefused", ...refusal });
  });
});

describe("what assets could deliver next", () => {
  const AVAILABLE = "availableMinMw availableMaxMw chargeDurationS dischargeDurationS";

  test("is answered with their telemetry, now and before, and adds up", async () => {
    const { data } = await call(`{
      asset(id: "${ASSET.replace(/1$/, "3")}") { efficiency telemetry { socMwhr ${AVAILABLE} }
        samples(first: 1) { nodes { socMwhr ${AVAILABLE} } } }
      site(id: "${SITE}") { totals { availableMinMw availableMaxMw }
        assets { nodes { telemetry { availableMinMw availableMaxMw } } } }
      fleet { totals { availableMinMw availableMaxMw } }
      sites { nodes { totals { availableMinMw availableMaxMw } } }
    }`);
    const { asset, site, fleet, sites } = data;
    const { efficiency, telemetry } = asset;
    expect(asset.samples.nodes).toEqual([telemetry]);
    expect(telemetry).toMatchObject({ availableMinMw: -20, availableMaxMw: 20 });
    // This asset goes from 5 % to 95 % of 40 MWh.
    const [storedMwhr, headroomMwhr] = [telemetry.socMwhr - 2, 38 - telemetry.socMwhr];
    expect(telemetry.dischargeDurationS).toBeCloseTo((storedMwhr * efficiency * 3600) / 20, 6);
    expect(telemetry.chargeDurationS).toBeCloseTo((headroomMwhr / efficiency / 20) * 3600, 6);

    interface Available {
      readonly availableMinMw: number;
      readonly availableMaxMw: number;
    }
    const sums = (of: readonly Available[]) => ({
      availableMinMw: of.reduce((sum, it) => sum + it.availableMinMw, 0),
      availableMaxMw: of.reduce((sum, it) => sum + it.availableMaxMw, 0),
    });
    const ofAssets = site.assets.nodes.map((it: { telemetry: Available }) => it.telemetry);
    expect(site.totals).toEqual(sums(ofAssets));
    const ofSites = sites.nodes.map((it: { totals: Available }) => it.totals);
    expect(fleet.totals).toEqual(sums(ofSites));
  });
});

describe("a connection", () => {
  const page = async (args: string) =>
    (
      await call(`{ assets(${args}) { totalCount edges { cursor node { name } } nodes { id }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`)
    ).data.assets;

  test("gives every asset once, page by page, in the order of the ids", async () => {
    const seen: string[] = [];
    let after = "";
    for (let guard = 0; guard < 10; guard++) {
      const { nodes, edges, pageInfo, totalCount } = await page(`first: 3${after}`);
      expect(totalCount).toBe(7);
      expect(pageInfo.startCursor).toBe(edges[0].cursor);
      expect(pageInfo.hasPreviousPage).toBe(after !== "");
      seen.push(...nodes.map(({ id }: { id: string }) => id));
      if (!pageInfo.hasNextPage) break;
      after = `, after: "${pageInfo.endCursor}"`;
    }
    expect(seen).toHaveLength(7);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  test("of a site has its assets only, and may be empty", async () => {
    expect((await page(`siteId: "${SITE}"`)).totalCount).toBe(2);
    expect(await page("first: 0")).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: true, startCursor: null },
    });
  });
});

describe("input errors name the argument", () => {
  test.each([
    ['asset(id: "BESS-1") { id }', "BAD_UUID", "id"],
    ['node(id: "BESS-1") { id }', "BAD_UUID", "id"],
    ["assets(first: 501) { totalCount }", "BAD_INPUT", "first"],
    ["assets(first: -1) { totalCount }", "BAD_INPUT", "first"],
    ['assets(after: "xx") { totalCount }', "BAD_CURSOR", "after"],
    // dispatch:x, dispatch:1e400
    ['dispatches(after: "ZGlzcGF0Y2g6eA") { nodes { id } }', "BAD_CURSOR", "after"],
    ['dispatches(after: "ZGlzcGF0Y2g6MWU0MDA") { nodes { id } }', "BAD_CURSOR", "after"],
    ['assets(siteId: "x") { totalCount }', "BAD_UUID", "siteId"],
    [`assets(siteId: "${UNKNOWN_ID}") { totalCount }`, "SITE_UNKNOWN", "siteId"],
    [
      `asset(id: "${ASSET}") { samples(from: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z") { nodes { assetId } } }`,
      "BAD_INPUT",
      "until",
    ],
    [
      `asset(id: "${ASSET}") { samples(after: "YXNzZXQ6eA") { nodes { assetId } } }`,
      "BAD_CURSOR",
      "after",
    ],
  ])("%s", async (query, code, argument) => {
    const { errors } = await call(`{ ${query} }`);
    expect(errors?.[0]).toMatchObject({ extensions: { code, argument } });
    expect(errors?.[0]?.message).toContain(argument);
  });

  test("a dispatch of something that is no UUID", async () => {
    const { errors } = await call(DISPATCH, { input: { assetId: "BESS-1", mw: 1 } });
    expect(errors?.[0]?.extensions).toEqual({ code: "BAD_UUID", argument: "input.assetId" });
  });

  test("what does not exist is null", async () => {
    const { data } =
      await call(`{ asset(id: "${UNKNOWN_ID}") { id } site(id: "${UNKNOWN_ID}") { id }
      node(id: "${UNKNOWN_ID}") { id } dispatch(id: "${UNKNOWN_ID}") { id } }`);
    expect(data).toEqual({ asset: null, site: null, node: null, dispatch: null });
  });
});

const deep = (levels: number) =>
  `{ assets { ${"nodes { site { assets { ".repeat(levels)}totalCount${" } } }".repeat(levels)} } }`;

describe("every error has a code of the list, and holds nothing internal", () => {
  test.each([
    ["GRAPHQL_PARSE_FAILED", "{ fleet {"],
    ["GRAPHQL_VALIDATION_FAILED", "{ fleat { totals { socPct } } }"],
    ["BAD_INPUT", "query ($first: Int!) { assets(first: $first) { totalCount } }"],
    ["BAD_INPUT", `{ asset(id: "${ASSET}") { samples(from: "yesterday") { nodes { assetId } } } }`],
    ["QUERY_TOO_DEEP", deep(6)],
    [
      "QUERY_TOO_DEEP",
      `{ assets { ...a } } fragment a on AssetConnection { nodes { site { assets { ${"nodes { site { assets { ".repeat(5)}totalCount${" } } }".repeat(5)} } } } }`,
    ],
    [
      "TOO_MANY_ALIASES",
      `{ ${Array.from({ length: 201 }, (_, n) => `a${n}: __typename`).join(" ")} ${Array.from({ length: 201 }, (_, n) => `b${n}: fleet { totals { socPct } }`).join(" ")} }`,
    ],
    ["QUERY_TOO_LONG", `{ ${"fleet { totals { socPct } } ".repeat(1000)} }`],
  ])("%s", async (code, query) => {
    const { errors } = await call(query);
    expect(errors?.length).toBeGreaterThan(0);
    for (const error of errors ?? [])
      expect(
        Object.keys(error.extensions).filter((key) => !["code", "argument"].includes(key)),
      ).toEqual([]);
    expect(errors?.map((error) => error.extensions.code)).toContain(code);
  });

  test("accepts the introspection of GraphiQL", async () => {
    const { getIntrospectionQuery } = await import("graphql");
    const { data, errors } = await call(getIntrospectionQuery());
    expect(errors).toBeUndefined();
    expect(data.__schema.types.length).toBeGreaterThan(20);
  });

  test("is not stopped by a cycle of fragments", async () => {
    const { errors } = await call(
      "{ fleet { ...a } } fragment a on Fleet { ...b } fragment b on Fleet { ...a }",
    );
    expect(errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test("BAD_JSON, BAD_INPUT, METHOD_NOT_ALLOWED and MEDIA_TYPE_UNSUPPORTED", async () => {
    const send = async (init: RequestInit, query = "") => {
      const answer = await fetch(`${application.url}/graphql${query}`, init);
      const body = (await answer.json()) as { code?: string; errors?: Answer["errors"] };
      return [answer.status, body.code ?? body.errors?.[0]?.extensions.code];
    };
    const post = (body: string, type = "application/json") => ({
      method: "POST",
      body,
      headers: { "content-type": type },
    });
    expect(await send(post("{"))).toEqual([400, "BAD_JSON"]);
    expect(await send(post("{}"))).toEqual([400, "BAD_INPUT"]);
    expect(
      await send(post('{"query":"{ fleet { totals { socPct } } }","operationName":"Unknown"}')),
    ).toEqual([400, "BAD_INPUT"]);
    expect(
      await send(post("query={fleet{totals{socPct}}}", "application/x-www-form-urlencoded")),
    ).toEqual([415, "MEDIA_TYPE_UNSUPPORTED"]);
    expect(await send(post("{ fleet { totals { socPct } } }", "application/graphql"))).toEqual([
      415,
      "MEDIA_TYPE_UNSUPPORTED",
    ]);
    expect(await send({ method: "DELETE" })).toEqual([405, "METHOD_NOT_ALLOWED"]);
    const mutation = encodeURIComponent(
      `mutation { dispatch(input: { assetId: "${ASSET}", mw: 1 }) { __typename } }`,
    );
    expect(await send({ headers: { accept: "application/json" } }, `?query=${mutation}`)).toEqual([
      405,
      "METHOD_NOT_ALLOWED",
    ]);
    expect(
      await send(
        { headers: { accept: "application/json" } },
        "?query=%7Bfleet%7Btotals%7BsocPct%7D%7D%7D",
      ),
    ).toEqual([200, undefined]);
  });

  test("masks a fault and logs it under a request id", async () => {
    const { createErrorMask } = await import("../../../src/api/graphql/server/errors.ts");
    const { GraphQLError } = await import("graphql");
    const logged: object[] = [];
    const log = {
      debug() {},
      info() {},
      warn() {},
      error: (fields: object) => logged.push(fields),
    };
    const mask = createErrorMask(log, { newId: () => "request-1" });
    const fault = new GraphQLError("password=secret", {
      originalError: new Error("password=secret"),
    });
    for (const error of [fault, new Error("secret"), "secret", undefined]) {
      const shown = mask.format(error);
      expect(JSON.stringify(shown)).not.toContain("secret");
      expect(shown.extensions).toEqual({ code: "INTERNAL", requestId: "request-1" });
    }
    expect(logged).toHaveLength(4);
  });

  test("and nothing of all this was a fault of ours", () => {
    expect(application.errors).toEqual([]);
  });
});

test("a mutation needs the token where one is set, a query does not", async () => {
  const guarded = await startApplication({ API_TOKEN: "correct-horse" });
  const dispatch = (headers: Record<string, string>) =>
    call(DISPATCH, { input: { assetId: ASSET, mw: 1 } }, headers, guarded.url);
  expect(
    (await call("{ fleet { totals { socPct } } }", {}, {}, guarded.url)).errors,
  ).toBeUndefined();
  const refused = await dispatch({});
  expect(refused).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: "UNAUTHORIZED" } }],
  });
  expect((await dispatch({ authorization: "Bearer wrong" })).status).toBe(401);
  expect((await dispatch({ authorization: "Bearer correct-horse" })).data.dispatch.__typename).toBe(
    "DispatchAccepted",
  );
  await guarded.stop();
});

describe("the audits of GraphQL over HTTP", () => {
  const audits = serverAudits({ url: () => `${application.url}/graphql`, fetchFn: fetch });
  test("are 61", () => expect(audits).toHaveLength(61));
  test.each(audits.map((audit) => [audit.name, audit] as const))("%s", async (_, audit) => {
    const result = await audit.fn();
    expect(result.status, "reason" in result ? result.reason : "").toBe("ok");
  });
});

describe("the past", () => {
  test("comes in steps: of an asset, of a site and of the fleet", async () => {
    const past = await startApplication();
    await call(DISPATCH, { input: { assetId: ASSET, mw: 6 } }, {}, past.url);
    past.clock.advance(30 * DT_MS);
    const range = `from: "${new Date(START_MS).toISOString()}", until: "${new Date(START_MS + 30 * DT_MS).toISOString()}", stepS: 60`;
    const fields = `edges { cursor node { from until sampleCount coverageRatio socPct { mean min max last }
      currentMw { mean } energyInMwhr energyOutMwhr limitedByRampS limitedByPowerS limitedByEnergyS limitedBySiteS } }
      pageInfo { hasNextPage endCursor }`;
    const query = (
      args: string,
    ) => `{ fleet { history(${args}) { ${fields} } } site(id: "${SITE}") { history(${args}) { ${fields} } }
      asset(id: "${ASSET}") { history(${args}) { ${fields} } } }`;
    const { data, errors } = await call(query(range), {}, {}, past.url);
    expect(errors).toBeUndefined();
    for (const { history } of [data.fleet, data.site, data.asset]) {
      expect(
        history.edges.map(({ node }: { node: { sampleCount: number } }) => node.sampleCount),
      ).toEqual([14, 15]);
      expect(history.edges[1].node).toMatchObject({
        coverageRatio: 1,
        currentMw: { mean: 6 },
        energyInMwhr: 0,
      });
    }
    const none = { limitedByPowerS: 0, limitedByEnergyS: 0, limitedBySiteS: 0 };
    expect(data.asset.history.edges.map(({ node }: { node: object }) => node)).toMatchObject([
      { ...none, limitedByRampS: 8 },
      { ...none, limitedByRampS: 0 },
    ]);
    for (const { history } of [data.fleet, data.site])
      for (const { node } of history.edges)
        expect(node).toMatchObject({
          ...{ limitedByRampS: null, limitedByPowerS: null },
          ...{ limitedByEnergyS: null, limitedBySiteS: null },
        });
    const first = await call(query(`${range}, first: 1`), {}, {}, past.url);
    expect(first.data.asset.history.pageInfo.hasNextPage).toBe(true);
    const after = first.data.asset.history.pageInfo.endCursor;
    const second = await call(query(`${range}, first: 1, after: "${after}"`), {}, {}, past.url);
    expect(second.data.asset.history.edges[0].node).toEqual(data.asset.history.edges[1].node);
    expect(second.data.asset.history.pageInfo.hasNextPage).toBe(false);
    await past.stop();
  });

  test("is refused where it has too many steps or no length", async () => {
    const history = (args: string) =>
      call(`{ fleet { history(${args}) { pageInfo { hasNextPage } } } }`);
    const many = await history(
      'from: "2000-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z", stepS: 1',
    );
    expect(many.errors?.[0]?.extensions).toEqual({ code: "TOO_MANY_STEPS", argument: "stepS" });
    const none = await history(
      'from: "2026-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z", stepS: 1',
    );
    expect(none.errors?.[0]?.extensions).toEqual({ code: "BAD_INPUT", argument: "until" });
  });

  test("of dispatches is listed, newest first: of all, of a site, of an asset", async () => {
    const listed = await startApplication();
    for (const mw of [1, 2, 3])
      await call(
        DISPATCH,
        { input: { assetId: ASSET, mw, startAt: new Date(START_MS + mw * DT_MS) } },
        {},
        listed.url,
      );
    const { data } = await call(
      `{ dispatches(first: 2) { nodes { mw } pageInfo { hasNextPage } }
         site: dispatches(siteIds: ["${SITE}"], status: [ACCEPTED]) { nodes { mw } }
         asset(id: "${ASSET}") { dispatches { nodes { mw } } } }`,
      {},
      {},
      listed.url,
    );
    const all = [{ mw: 3 }, { mw: 2 }, { mw: 1 }];
    expect(data).toEqual({
      dispatches: { nodes: all.slice(0, 2), pageInfo: { hasNextPage: true } },
      site: { nodes: all },
      asset: { dispatches: { nodes: all } },
    });
    await listed.stop();
  });
});
