// Values that do not fit: each refusal names the field, the value, and what the field takes.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { type GraphRequest, TRANSPORTS } from "../../support/transports.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const PREVIEW = "query ($input: DispatchInput!) { dispatchPreview(input: $input) { __typename } }";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

const preview = (difference: object): GraphRequest => ({
  query: PREVIEW,
  variables: { input: { assetId: ASSET, mw: 1, ...difference } },
});
const literal = (difference: string): GraphRequest => ({
  query: `{ dispatchPreview(input: { assetId: "${ASSET}", ${difference} }) { __typename } }`,
});
const steps = (stepS: string) =>
  `{ fleet { history(from: "2026-11-20T12:00:00Z", until: "2026-11-20T13:00:00Z", stepS: ${stepS}) { pageInfo { hasNextPage } } } }`;
const YEAR = "a whole number from 1 to 31622400";

describe("a value is refused alike", () => {
  const cases: [message: string, call: GraphRequest][] = [
    [`input.durationS must be ${YEAR}, not 99999999999`, preview({ durationS: 99999999999 })],
    [`input.durationS must be ${YEAR}, not 1.5`, preview({ durationS: 1.5 })],
    [`input.durationS must be ${YEAR}, not "60"`, preview({ durationS: "60" })],
    [`input.validForS must be ${YEAR}, not 1e+30`, preview({ validForS: 1e30 })],
    ['input.mw must be a number, not "5"', preview({ mw: "5" })],
    ["input.mw must have a value, not null", preview({ mw: null })],
    [`input.mw must be a number, not "${"9".repeat(59)}…`, preview({ mw: "9".repeat(5000) })],
    [
      "input.onShortfall must be one of the values of ShortfallPolicy, not 7",
      preview({ onShortfall: 7 }),
    ],
    [`durationS must be ${YEAR}, not 99999999999`, literal("mw: 1, durationS: 99999999999")],
    [`durationS must be ${YEAR}, not "60"`, literal('mw: 1, durationS: "60"')],
    ["mw must have a value, not null", literal("mw: null")],
    [
      'onShortfall must be one of the values of ShortfallPolicy, not "REFUSE"',
      literal('mw: 1, onShortfall: "REFUSE"'),
    ],
    [
      "first must be a whole number from 0 to 500, not 3000000000",
      { query: "{ assets(first: 3000000000) { totalCount } }" },
    ],
    [`stepS must be ${YEAR}, not 1e3`, { query: steps("1e3") }],
    [
      'from must be an instant like 2026-11-20T12:00:00Z, not "soon"',
      {
        query: `{ fleet { history(from: "soon", until: "2026-11-20T13:00:00Z", stepS: 60) { pageInfo { hasNextPage } } } }`,
      },
    ],
    [
      'input.startAt must be an instant like 2026-11-20T12:00:00Z, not "soon"',
      preview({ startAt: "soon" }),
    ],
    [
      "status must be one of the values of DispatchStatus, not OPEN",
      { query: "{ dispatches(status: [OPEN]) { nodes { id } } }" },
    ],
    [
      "status[1] must be one of the values of DispatchStatus, not OPEN",
      {
        query:
          "query ($status: [DispatchStatus!]) { dispatches(status: $status) { nodes { id } } }",
        variables: { status: ["ACTIVE", "OPEN"] },
      },
    ],
    ["$input must be a DispatchInput, not 5", { query: PREVIEW, variables: { input: 5 } }],
    [
      "input must be a DispatchInput, not 5",
      { query: "{ dispatchPreview(input: 5) { __typename } }" },
    ],
    [
      "assetIds must be a text, not true",
      { query: "{ dispatches(assetIds: [true]) { nodes { id } } }" },
    ],
    [
      "$n must be a whole number from -2147483648 to 2147483647, not 2147483648",
      { query: "query ($n: Int) { assets(first: $n) { totalCount } }", variables: { n: 2 ** 31 } },
    ],
    [
      "ids[1] must be a text, not {}",
      {
        query: "query ($ids: [ID!]) { dispatches(assetIds: $ids) { nodes { id } } }",
        variables: { ids: [ASSET, {}] },
      },
    ],
    [
      '$every must be a number, not "often"',
      {
        query: "subscription ($every: Float) { fleet(everyS: $every) { socPct } }",
        variables: { every: "often" },
      },
    ],
  ];
  test.each(cases)("%s", async (message, call) => {
    for (const [name, transport] of TRANSPORTS) {
      if (name === "HTTP" && call.query.startsWith("subscription")) continue;
      expect([name, await transport(application.url, call)]).toEqual([
        name,
        { code: "BAD_INPUT", message },
      ]);
    }
  });

  test("with the name of its field, for programs", async () => {
    const headers = { "content-type": "application/json" };
    for (const call of [preview({ durationS: 99999999999 }), literal("mw: 1, durationS: 1.5")]) {
      const init = { method: "POST", headers, body: JSON.stringify(call) };
      const answer = await fetch(`${application.url}/graphql`, init);
      expect(await answer.json()).toMatchObject({
        errors: [{ extensions: { code: "BAD_INPUT", argument: "durationS" } }],
      });
    }
  });
});

test("and nothing of all this was a fault of ours", () => {
  expect(application.errors).toEqual([]);
});
