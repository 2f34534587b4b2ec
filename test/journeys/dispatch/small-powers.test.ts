// A power between 0 and 1 W is refused in every way that a power comes in.
import { expect, test } from "vitest";
import { ASSET, type Asked, at, SITE, within } from "../../rest-under-test.ts";

const SMALL = [1e-322, -1e-322, 9.99e-7, -5e-324];

async function graph({ ask }: Asked, query: string, input: object) {
  const { body } = await ask("POST", "/graphql", { query, variables: { input } });
  expect(body.errors).toBeUndefined();
  return body.data;
}

const REFUSED = "... on DispatchRefused { code requestedMw }";
const DISPATCH = `mutation ($input: DispatchInput!) { dispatch(input: $input) { ${REFUSED} } }`;
const BULK = `mutation ($input: [DispatchInput!]!) { dispatchMany(inputs: $input) { ${REFUSED} } }`;
const PREVIEW = `query ($input: DispatchInput!) { dispatchPreview(input: $input) { refused { code requestedMw } } }`;
const ON_SITE = `mutation ($input: DispatchSiteInput!) { dispatchSite(input: $input) { ${REFUSED} } }`;
const SCHEDULE = `mutation ($input: ScheduleInput!) { scheduleSet(input: $input) { ... on ScheduleRefused { index refusal { code requestedMw } } } }`;

test.each(SMALL)("%d MW is refused with POWER_TOO_SMALL over REST and GraphQL", (mw) =>
  within(async (house) => {
    const { ask, get } = house;
    const asked = { asset_id: ASSET, mw };
    const problem = { code: "POWER_TOO_SMALL", status: 422, requested_mw: mw, field: "mw" };
    const answers = await Promise.all([
      ask("POST", "/dispatch", asked),
      ask("POST", `/sites/${SITE}/dispatch`, { mw }),
    ]);
    for (const { body } of answers) expect(body).toMatchObject(problem);
    expect(answers[0].body.detail).toContain("is 0, which stops it, or at least 0.000001 MW (1 W)");
    const { body: bulk } = await ask("POST", "/dispatches", { dispatches: [asked, asked] });
    expect(JSON.stringify(bulk).split("POWER_TOO_SMALL")).toHaveLength(3);
    const { body: preview } = await ask("POST", "/dispatch/preview", asked);
    expect(preview).toMatchObject({ accepted: false, refused: problem });

    const interval = { from: at(3), until: at(5), mw };
    const intervals = [{ ...interval, from: at(1), until: at(3), mw: 1 }, interval];
    const path = `/assets/${ASSET}/schedule`;
    const { body: json } = await ask("PUT", path, { intervals });
    expect(json).toMatchObject({ ...problem, field: "intervals.1.mw", index: 1 });
    const lines = intervals.map(({ from, until, mw }) => `${from},${until},${mw}`);
    const csv = `from,until,mw\n${lines.join("\n")}\n`;
    const { body: text } = await ask("PUT", path, csv, { "content-type": "text/csv" });
    expect(text).toMatchObject({ ...problem, field: "intervals.1.mw", index: 1 });

    const input = { assetId: ASSET, mw };
    const refused = { code: "POWER_TOO_SMALL", requestedMw: mw };
    expect(await graph(house, DISPATCH, input)).toEqual({ dispatch: refused });
    expect(await graph(house, BULK, [input, input])).toEqual({ dispatchMany: [refused, refused] });
    expect(await graph(house, PREVIEW, input)).toEqual({ dispatchPreview: { refused } });
    expect(await graph(house, ON_SITE, { siteId: SITE, mw })).toEqual({ dispatchSite: refused });
    expect(await graph(house, SCHEDULE, { assetId: ASSET, intervals })).toEqual({
      scheduleSet: { index: 1, refusal: refused },
    });
    expect((await get("/dispatches")).dispatches).toEqual([]);
  }),
);

test("0 MW stops, and 1 W is held", () =>
  within(async ({ ask, get, tick }) => {
    expect((await ask("POST", "/dispatch", { asset_id: ASSET, mw: 1e-6 })).status).toBe(202);
    tick(2);
    expect(await get(`/telemetry/${ASSET}`)).toMatchObject({ current_mw: 1e-6, setpoint_mw: 1e-6 });
    expect((await ask("POST", "/dispatch", { asset_id: ASSET, mw: -0 })).status).toBe(202);
    tick(2);
    expect(await get(`/telemetry/${ASSET}`)).toMatchObject({ current_mw: 0, setpoint_mw: 0 });
  }));

test("no share of a site is below 1 W: who would get less gets none, and the sum holds", () =>
  within(async ({ ask }) => {
    const sharesOf = async (mw: number) => {
      const { body } = await ask("POST", `/sites/${SITE}/dispatch`, { mw });
      return body.shares.map((it: { mw: number }) => it.mw).sort();
    };
    expect(await sharesOf(1e-6)).toEqual([0, 1e-6]);
    expect(await sharesOf(-1.9e-6)).toEqual([-1.9e-6, 0]);
    const [one, other] = await sharesOf(4e-6);
    expect(one).toBeGreaterThan(1.9e-6);
    expect(one + other).toBe(4e-6);
  }));
