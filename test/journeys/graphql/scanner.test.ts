// The checks of graphql-cop (https://github.com/dolevf/graphql-cop, version 1.15), a scanner that operators run
// against their servers: what it sends, and what it takes for a finding.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";
import { overEvents, overHttp, overWebSocket, TRANSPORTS } from "../../support/transports.ts";

const TOKEN = "correct-horse";

let open: ApplicationUnderTest;
let guarded: ApplicationUnderTest;
beforeAll(async () => {
  open = await startApplication();
  guarded = await startApplication({ API_TOKEN: TOKEN });
});
afterAll(async () => {
  await open.stop();
  await guarded.stop();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  /** What JSON it is; null for none. */
  readonly json: Json;
}

/** Sends what the scanner sends. */
type Send = (init: RequestInit, search?: string) => Promise<Answer>;

const sendTo =
  ({ url }: ApplicationUnderTest, authorization?: string): Send =>
  async (init, search = "") => {
    const headers = { ...init.headers, ...(authorization && { authorization }) };
    const answer = await fetch(`${url}/graphql${search}`, { ...init, headers });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return { status: answer.status, text, json: isJson ? JSON.parse(text) : null };
  };

const post = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const cop = (query: string) => post({ query, operationName: "cop" });
const times = (count: number, of: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => of(n)).join("");
const TYPENAME = "query cop { __typename }";
const INTROSPECTION = "query cop { __schema { types { name fields { name } } } }";

/** Whether the scanner finds what it looks for. */
const CHECKS: Record<string, [severity: string, found: (send: Send) => Promise<unknown>]> = {
  "Alias Overloading": [
    "HIGH",
    async (send) =>
      (await send(cop(`query cop { ${times(101, (n) => `alias${n}:__typename \n`)} }`))).json.data
        ?.alias100,
  ],
  "Array-based Query Batching": [
    "HIGH",
    async (send) => {
      const { json } = await send(post(Array.from({ length: 10 }, () => ({ query: TYPENAME }))));
      return json.length >= 10;
    },
  ],
  "Directive Overloading": [
    "HIGH",
    async (send) =>
      (await send(cop(`query cop { __typename ${"@aa".repeat(10)} }`))).json.errors?.length === 10,
  ],
  Introspection: [
    "HIGH",
    async (send) => (await send(cop(INTROSPECTION))).json.data?.__schema?.types,
  ],
  "Introspection-based Circular Query": [
    "HIGH",
    async (send) => {
      const fields = `${"fields { type { ".repeat(4)}name${" } }".repeat(4)}`;
      const { json } = await send(cop(`query cop { __schema { types { ${fields} } } }`));
      return json.data?.__schema?.types?.length > 25;
    },
  ],
  "Mutation is allowed over GET": [
    "MEDIUM",
    async (send) => (await send({}, "?query=mutation+cop+%7B__typename%7D")).json.data?.__typename,
  ],
  "GET Method Query Support": [
    "MEDIUM",
    async (send) => (await send({}, "?query=query+cop+%7B__typename%7D")).json.data?.__typename,
  ],
  "POST based url-encoded query": [
    "MEDIUM",
    async (send) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const body = "query=query+cop+%7B+__typename+%7D";
      return (await send({ method: "POST", headers, body })).json.data?.__typename;
    },
  ],
  "Field Suggestions": [
    "LOW",
    async (send) =>
      (await send(cop("query cop { __schema { directive } }"))).text.includes("Did you mean"),
  ],
  "Trace Mode": [
    "INFO",
    async (send) => /"(tracing|exception)"/.test((await send(cop(TYPENAME))).text),
  ],
  "Unhandled Errors Detection": [
    "INFO",
    async (send) => /"(tracing|exception)"/.test((await send(cop("qwerty cop { abc }"))).text),
  ],
};

async function findings(send: Send): Promise<string[]> {
  const found: string[] = [];
  for (const [title, [severity, isFound]] of Object.entries(CHECKS))
    if (await isFound(send)) found.push(`${severity} ${title}`);
  return found;
}

/** Queries by GET change nothing, and pages of other sites may not send them. */
const GET_QUERIES = "MEDIUM GET Method Query Support";

describe("the scanner finds", () => {
  test("nothing high where a token is set, and no field names in errors", async () => {
    expect(await findings(sendTo(guarded))).toEqual([GET_QUERIES]);
    expect(await findings(sendTo(guarded, "Bearer wrong-horse"))).toEqual([]);
  });

  test("the schema and its field names to a client with the token, or where none is set", async () => {
    const schemaShown = ["HIGH Introspection", GET_QUERIES, "LOW Field Suggestions"];
    expect(await findings(sendTo(guarded, `Bearer ${TOKEN}`))).toEqual(schemaShown);
    expect(await findings(sendTo(open))).toEqual(schemaShown);
  });
});

describe("where a token is set", () => {
  test("introspection is answered with it, by every transport, whatever came before", async () => {
    const query = "{ __schema { queryType { name } } }";
    for (let round = 0; round < 2; round++) {
      for (const [, transport] of TRANSPORTS)
        expect(await transport(guarded.url, { query })).toEqual({
          code: "UNAUTHORIZED",
          message: expect.stringMatching(/Authorization: Bearer <token>/),
        });
      const authorization = `Bearer ${TOKEN}`;
      for (const transport of [overHttp, overEvents, overWebSocket])
        expect(await transport(guarded.url, { query }, authorization)).toEqual({
          data: { __schema: { queryType: { name: "Query" } } },
        });
    }
  });

  test("names are suggested with it, for variables too", async () => {
    const query =
      "query ($input: DispatchInput!) { dispatchPreview(input: $input) { __typename } }";
    const call = { query, variables: { input: { assetId: "x", mw: 1, assetid: "x" } } };
    const [message, announced] = [/"assetid"/, / Did you mean "assetId"\?/];
    for (const transport of [overHttp, overEvents, overWebSocket]) {
      const unsigned = await transport(guarded.url, call);
      expect(unsigned.message).toMatch(message);
      expect(unsigned.message).not.toMatch(/Did you mean/);
      expect((await transport(guarded.url, call, `Bearer ${TOKEN}`)).message).toMatch(announced);
    }
  });
});

test("and nothing of all this was a fault of ours", () => {
  expect([...open.errors, ...guarded.errors]).toEqual([]);
});
