// Each rule over HTTP, WebSocket and server-sent events: the same code and the same message.
import { type GraphQLObjectType, getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schema } from "../../../src/api/graphql/schema.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import {
  type GraphRequest,
  type Outcome,
  openLine,
  overEvents,
  overWebSocket,
  TRANSPORTS,
} from "../../support/transports.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const FLEET = "{ fleet { totals { assetCount } } }";

let application: ApplicationUnderTest;
let strict: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
  strict = await startApplication({
    MAX_LIST_IDS: "2",
    MAX_QUERY_DEPTH: "3",
    MAX_QUERY_ALIASES: "1",
    MAX_QUERY_TOKENS: "60",
    MAX_QUERY_COMPLEXITY: "1000",
    INTROSPECTION: "0",
  });
});
afterAll(async () => {
  await application.stop();
  await strict.stop();
});

const byAll = ({ url }: ApplicationUnderTest, call: GraphRequest): Promise<Outcome[]> =>
  Promise.all(TRANSPORTS.map(([, transport]) => transport(url, call)));

test("a query is answered alike", async () => {
  const data = { fleet: { totals: { assetCount: 7 } } };
  expect(await byAll(application, { query: FLEET })).toEqual([{ data }, { data }, { data }]);
});

const nested = (levels: number): string =>
  levels === 0 ? "id" : `dispatches(first: 500) { nodes { asset { ${nested(levels - 1)} } } }`;
const ids = (count: number) => Array.from({ length: count }, () => ASSET);

describe("a query is refused alike", () => {
  const cases: [code: string, message: RegExp, call: GraphRequest][] = [
    ["GRAPHQL_PARSE_FAILED", /^Syntax Error/, { query: "{ fleet {" }],
    ["GRAPHQL_VALIDATION_FAILED", /colour/, { query: "{ colour }" }],
    ["GRAPHQL_VALIDATION_FAILED", /id/, { query: "{ asset { name } }" }],
    ["BAD_INPUT", /\$n/, { query: "query ($n: Int!) { assets(first: $n) { totalCount } }" }],
    ["BAD_INPUT", /^first must be 0 to 500/, { query: "{ assets(first: 501) { totalCount } }" }],
    ["BAD_INPUT", /^operationName/, { query: FLEET, operationName: "Unknown" }],
    ["BAD_INPUT", /^operationName/, { query: `query A ${FLEET} query B ${FLEET}` }],
    ["BAD_UUID", /^id/, { query: '{ asset(id: "x") { name } }' }],
    ["BAD_CURSOR", /^after/, { query: '{ assets(after: "x") { totalCount } }' }],
    [
      "ASSET_UNKNOWN",
      /no asset/,
      { query: `{ dispatches(assetIds: "${UNKNOWN_ID}") { nodes { id } } }` },
    ],
    [
      "QUERY_TOO_LONG",
      /5000 tokens/,
      { query: `{ ${"fleet { totals { socPct } } ".repeat(1000)} }` },
    ],
    [
      "QUERY_TOO_DEEP",
      /15 deep, not 17/,
      {
        query: `{ asset(id: "${ASSET}") { ${"site { assets { nodes { ".repeat(5)}id${" } } }".repeat(5)} } }`,
      },
    ],
    [
      "TOO_MANY_ALIASES",
      /200 aliases, not 201/,
      {
        query: `{ ${Array.from({ length: 201 }, (_, n) => `a${n}: fleet { totals { socPct } }`).join(" ")} }`,
      },
    ],
    [
      "QUERY_TOO_COMPLEX",
      /costs 275550501, and may cost 100000: ask/,
      {
        query: `{ assets(first: 500) { nodes { dispatches(first: 500) { nodes { asset { dispatches(first: 500) { nodes { id } } } } } } } }`,
      },
    ],
    [
      "QUERY_TOO_COMPLEX",
      /may cost 100000/,
      {
        query: `query ($n: Int) { assets(first: $n) { nodes { ${nested(2)} } } }`,
        variables: { n: 500 },
      },
    ],
    [
      "QUERY_TOO_COMPLEX",
      /may cost 100000/,
      {
        query: `query A ${FLEET} query B { assets { nodes { ${nested(2)} } } }`,
        operationName: "B",
      },
    ],
    [
      "TOO_MANY_IDS",
      /assetIds may have 1000 ids, not 1001/,
      {
        query: "query ($ids: [ID!]) { dispatches(assetIds: $ids) { nodes { id } } }",
        variables: { ids: ids(1001) },
      },
    ],
  ];
  test.each(cases)("with %s, %s", async (code, message, call) => {
    const [announced, ...others] = await byAll(application, call);
    expect(announced).toEqual({ code, message: expect.stringMatching(message) });
    for (const other of others) expect(other).toEqual(announced);
  });

  const settings: [code: string, message: RegExp, call: GraphRequest][] = [
    [
      "TOO_MANY_IDS",
      /assetIds may have 2 ids, not 3/,
      {
        query: "query ($ids: [ID!]) { dispatches(assetIds: $ids) { nodes { id } } }",
        variables: { ids: ids(3) },
      },
    ],
    ["QUERY_TOO_DEEP", /3 deep, not 4/, { query: "{ assets { nodes { site { id } } } }" }],
    [
      "TOO_MANY_ALIASES",
      /1 aliases, not 2/,
      { query: "{ fleet { totals { a: socPct b: socPct } } }" },
    ],
    ["QUERY_TOO_LONG", /60 tokens/, { query: `{ ${"fleet { totals { socPct } } ".repeat(9)} }` }],
    [
      "QUERY_TOO_COMPLEX",
      /costs 1501, and may cost 1000/,
      { query: "{ assets(first: 500) { nodes { id name } } }" },
    ],
    ["INTROSPECTION_OFF", /schema\.graphql/, { query: '{ __type(name: "Asset") { name } }' }],
    [
      "INTROSPECTION_OFF",
      /schema\.graphql/,
      { query: "{ ...s } fragment s on Query { __schema { queryType { name } } }" },
    ],
  ];
  test.each(settings)("with %s of the settings, %s", async (code, message, call) => {
    const [announced, ...others] = await byAll(strict, call);
    expect(announced).toEqual({ code, message: expect.stringMatching(message) });
    for (const other of others) expect(other).toEqual(announced);
    // As long as it is not too much, it is answered.
    expect((await byAll(strict, { query: FLEET })).map(({ code }) => code)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test("the cost of a page is computed anew where a variable gives its length", async () => {
  const query = `query ($n: Int = 500) { assets(first: $n) { nodes { ${nested(1)} } } }`;
  const codes = async (variables: object) =>
    (await byAll(application, { query, variables })).map(({ code }) => code);
  const refused = Array.from({ length: 3 }, () => "QUERY_TOO_COMPLEX");
  for (let round = 0; round < 2; round++) {
    expect(await codes({ n: 10 })).toEqual([undefined, undefined, undefined]);
    expect(await codes({ n: 500 })).toEqual(refused);
    expect(await codes({})).toEqual(refused);
  }
});

test("introspection is answered alike by every transport", async () => {
  const [announced, ...others] = await byAll(application, { query: getIntrospectionQuery() });
  expect(announced?.data).toHaveProperty("__schema.types");
  for (const other of others) expect(other).toEqual(announced);
});

describe("a subscription is refused alike over WebSocket and as events", () => {
  const watch = (args: string, samples = "assetId") =>
    `subscription { telemetry${args} { samples { ${samples} } } }`;
  const below = `asset { ${nested(1)} }`;
  test.each<[code: string, query: string]>([
    ["GRAPHQL_PARSE_FAILED", "subscription {"],
    ["GRAPHQL_VALIDATION_FAILED", "subscription { colour }"],
    ["GRAPHQL_VALIDATION_FAILED", "subscription { fleet { socPct } telemetry { cursor } }"],
    ["BAD_UUID", watch('(assetIds: "x")')],
    ["BAD_INPUT", watch("(everyS: 0)")],
    ["BAD_CURSOR", watch('(after: "x")')],
    ["ASSET_UNKNOWN", watch(`(assetIds: "${UNKNOWN_ID}")`)],
    ["TOO_MANY_IDS", watch(`(assetIds: ${JSON.stringify(ids(1001))})`)],
    ["QUERY_TOO_COMPLEX", watch("", below)],
    ["QUERY_TOO_COMPLEX", watch("", "asset { site { totals { socPct } } }")],
  ])("with %s: %s", async (code, query) => {
    const announced = await overWebSocket(application.url, { query });
    expect(announced).toEqual({ code, message: expect.stringMatching(/.{10}/) });
    expect(await overEvents(application.url, { query })).toEqual(announced);
  });

  test("and a query of few assets may select more of each", async () => {
    const query = watch(`(assetIds: "${ASSET}")`, below);
    for (const transport of [overWebSocket, overEvents])
      expect(await transport(application.url, { query })).toHaveProperty("data.telemetry.samples");
  });
});

/** Runs with another function in the place of one of the schema's fields. */
async function withFault(root: GraphQLObjectType | null | undefined, work: () => Promise<void>) {
  const field = root?.getFields().fleet as ReturnType<GraphQLObjectType["getFields"]>[string];
  const { resolve } = field;
  field.resolve = () => {
    throw new Error("password=secret");
  };
  try {
    await work();
  } finally {
    if (resolve) field.resolve = resolve;
  }
}

test("a fault of ours is masked alike, and logged", async () => {
  const plain = ({ message, ...announced }: Outcome) => ({
    ...announced,
    message: message?.replace(/[\da-f-]{36}/, "…"),
  });
  const masked = { code: "INTERNAL", message: expect.stringMatching(/our side.* under …$/) };
  await withFault(schema.getQueryType(), async () => {
    expect((await byAll(application, { query: FLEET })).map(plain)).toEqual([
      masked,
      masked,
      masked,
    ]);
  });
  await withFault(schema.getSubscriptionType(), async () => {
    const query = "subscription { fleet { socPct } }";
    for (const transport of [overWebSocket, overEvents])
      expect(plain(await transport(application.url, { query }))).toEqual(masked);
  });
  // An event is made once for both.
  expect(application.errors.splice(0).length).toBeGreaterThanOrEqual(4);
});

test("what a subscription costs is reckoned once, and not for each event", async () => {
  const extensions = schema.getSubscriptionType()?.getFields().telemetry?.extensions as {
    complexity: (args: object) => unknown;
  };
  const { complexity } = extensions;
  let count = 0;
  extensions.complexity = (args) => {
    count++;
    return complexity(args);
  };
  const line = await openLine(application.url);
  line.send({ type: "connection_init" });
  await line.next();
  const query = "subscription { telemetry { timestamp samples { socPct } } }";
  line.send({ id: "1", type: "subscribe", payload: { query } });
  await line.next();
  for (let tick = 0; tick < 5; tick++) {
    application.clock.advance(DT_MS);
    expect(await line.next()).toMatchObject({ type: "next" });
  }
  expect(count).toBe(1);
  line.socket.close();
  extensions.complexity = complexity;
});

test("and nothing else of all this was a fault of ours", () => {
  expect([...application.errors, ...strict.errors]).toEqual([]);
});
