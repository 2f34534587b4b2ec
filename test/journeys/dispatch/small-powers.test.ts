// A power between 0 and 1 W is refused in every way that a power comes in.
import { expect, test } from "vitest";
import { ASSET, at, type RestApplication, SITE, within } from "../../support/rest-under-test.ts";

const SMALL = [1e-322, -1e-322, 9.99e-7, -5e-324];

async function graph({ call }: RestApplication, query: string, input: object) {
  const { body } = await call("POST", "/graphql", { query, variables: { input } });
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
  within(async (application) => {
    const { call, get } = application;
    const requested = { asset_id: ASSET, mw };
    const problem = { code: "POWER_TOO_SMALL", status: 422, requested_mw: mw, field: "mw" };
    const answers = await Promise.all([
      call("POST", "/dispatch", requested),
      call("POST", `/sites/${SITE}/dispatch`, { mw }),
    ]);
    for (const { body } of answers) expect(body).toMatchObject(problem);
    expect(answers[0].body.detail).toContain("is 0, which stops it, or at least 0.000001 MW (1 W)");
    const { body: bulk } = await call("POST", "/dispatches", {
      dispatches: [requested, requested],
    });
    expect(JSON.stringify(bulk).split("POWER_TOO_SMALL")).toHaveLength(3);
    const { body: preview } = await call("POST", "/dispatch/preview", requested);
    expect(preview).toMatchObject({ accepted: false, refused: problem });

    const interval = { from: at(3), until: at(5), mw };
    const intervals = [{ ...interval, from: at(1), until: at(3), mw: 1 }, interval];
    const path = `/assets/${ASSET}/schedule`;
    const { body: json } = await call("PUT", path, { intervals });
    expect(json).toMatchObject({ ...problem, field: "intervals.1.mw", index: 1 });
    const lines = intervals.map(({ from, until, mw }) => `${from},${until},${mw}`);
    const csv = `from,until,mw\n${lines.join("\n")}\n`;
    const { body: text } = await call("PUT", path, csv, { "content-type": "text/csv" });
    expect(text).toMatchObject({ ...problem, field: "intervals.1.mw", index: 1 });

    const input = { assetId: ASSET, mw };
    const refused = { code: "POWER_TOO_SMALL", requestedMw: mw };
    expect(await graph(application, DISPATCH, input)).toEqual({ dispatch: refused });
    expect(await graph(application, BULK, [input, input])).toEqual({
      dispatchMany: [refused, refused],
    });
    expect(await graph(application, PREVIEW, input)).toEqual({ dispatchPreview: { refused } });
    expect(await graph(application, ON_SITE, { siteId: SITE, mw })).toEqual({
      dispatchSite: refused,
    });
    expect(await graph(application, SCHEDULE, { assetId: ASSET, intervals })).toEqual({
      scheduleSet: { index: 1, refusal: refused },
    });
    expect((await get("/dispatches")).dispatches).toEqual([]);
  }),
);

test("0 MW stops, and 1 W is held", () =>
  within(async ({ call, get, tick }) => {
    expect((await call("POST", "/dispatch", { asset_id: ASSET, mw: 1e-6 })).status).toBe(202);
    tick(2);
    expect(await get(`/telemetry/${ASSET}`)).toMatchObject({ current_mw: 1e-6, setpoint_mw: 1e-6 });
    expect((await call("POST", "/dispatch", { asset_id: ASSET, mw: -0 })).status).toBe(202);
    tick(2);
    expect(await get(`/telemetry/${ASSET}`)).toMatchObject({ current_mw: 0, setpoint_mw: 0 });
  }));

test("no share of a site is below 1 W: an asset that would get less gets none, and the sum holds", () =>
  within(async ({ call }) => {
    const sharesOf = async (mw: number) => {
      const { body } = await call("POST", `/sites/${SITE}/dispatch`, { mw });
      return body.shares.map((it: { mw: number }) => it.mw).sort();
    };
    expect(await sharesOf(1e-6)).toEqual([0, 1e-6]);
    expect(await sharesOf(-1.9e-6)).toEqual([-1.9e-6, 0]);
    const [one, other] = await sharesOf(4e-6);
    expect(one).toBeGreaterThan(1.9e-6);
    expect(one + other).toBe(4e-6);
  }));
