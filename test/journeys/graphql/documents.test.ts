// Documents that would hold the server up: refused before they are validated, by every transport alike.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { type GraphRequest, TRANSPORTS } from "../../support/transports.ts";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

const byAll = (call: GraphRequest) =>
  Promise.all(TRANSPORTS.map(([, transport]) => transport(application.url, call)));
const times = (count: number, of: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => of(n)).join(" ");
const spreads = (count: number) => times(count, (n) => `...f${n}`);

describe("a document is refused alike", () => {
  const cases: [code: string, message: RegExp, call: GraphRequest][] = [
    [
      "QUERY_TOO_COMPLEX",
      /more than 10000 fields, spreads/,
      {
        query: `{ ${spreads(280)} } ${times(280, (n) => `fragment f${n} on Query { fleet { totals { socPct } } }`)}`,
      },
    ],
    [
      "QUERY_TOO_COMPLEX",
      /more than 10000/,
      {
        query: `{ ${spreads(150)} } ${times(150, (n) => `fragment f${n} on Query { a${n}: fleet { totals { socPct } } }`)}`,
      },
    ],
    [
      "QUERY_TOO_COMPLEX",
      /more than 10000/,
      { query: `{ ${times(200, () => "fleet { totals { socPct } }")} }` },
    ],
    [
      "TOO_MANY_ALIASES",
      /^a query may have 200 aliases, not 1000/,
      { query: `{ ${times(1000, (n) => `a${n}: __typename`)} }` },
    ],
    [
      "TOO_MANY_ALIASES",
      /^__typename may have 100 aliases in a query, not 101/,
      { query: `{ ${times(101, (n) => `a${n}: __typename`)} }` },
    ],
    [
      "TOO_MANY_ALIASES",
      /200 aliases, not 201/,
      { query: `{ __schema { ${times(201, (n) => `a${n}: description`)} } }` },
    ],
    [
      "QUERY_TOO_DEEP",
      /^the document may nest 65 brackets deep/,
      {
        query: `{ dispatches(assetIds: ${"[".repeat(2400)}${"]".repeat(2400)}) { nodes { id } } }`,
      },
    ],
    [
      "QUERY_TOO_DEEP",
      /^variables may nest 65 brackets deep/,
      {
        query: "query ($ids: [ID!]) { dispatches(assetIds: $ids) { nodes { id } } }",
        variables: { ids: JSON.parse(`${"[".repeat(2400)}${"]".repeat(2400)}`) },
      },
    ],
    [
      "GRAPHQL_VALIDATION_FAILED",
      /Cannot spread fragment "a"/,
      { query: "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a ...a }" },
    ],
  ];
  test.each(cases)("with %s, %s", async (code, message, call) => {
    const [announced, ...others] = await byAll(call);
    expect(announced).toEqual({ code, message: expect.stringMatching(message) });
    for (const other of others) expect(other).toEqual(announced);
  });

  test("but not one that real clients send: a hundred aliases, sixty fragments", async () => {
    const query = `{ ${times(100, (n) => `a${n}: fleet { totals { assetCount } }`)} }`;
    for (const { data } of await byAll({ query })) expect(data).toHaveProperty("a99");
    const fragments = `query { ${spreads(60)} } ${times(60, (n) => `fragment f${n} on Query { fleet { totals { assetCount } } }`)}`;
    for (const { data } of await byAll({ query: fragments })) expect(data).toHaveProperty("fleet");
  });
});

test("five errors are listed, and that there are more", async () => {
  const post = async (query: string) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query });
    const answer = await fetch(`${application.url}/graphql`, { method: "POST", headers, body });
    return (await answer.json()) as { errors: { message: string; extensions: object }[] };
  };
  const { errors } = await post(`{ __typename ${"@aa ".repeat(1000)} }`);
  expect(errors.map(({ message }) => message)).toEqual([
    ...Array.from({ length: 5 }, () => 'Unknown directive "@aa".'),
    "there are more errors than the 5 that are listed: correct those first",
  ]);
  for (const { extensions } of errors)
    expect(extensions).toEqual({ code: "GRAPHQL_VALIDATION_FAILED" });
  expect((await post(`{ ${times(5, (n) => `c${n}`)} }`)).errors).toHaveLength(5);
});

test("and nothing of all this was a fault of ours", () => {
  expect(application.errors).toEqual([]);
});
