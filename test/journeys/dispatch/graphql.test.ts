// Dispatches over GraphQL, and how they are followed.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { createGraphClient, type GraphClient } from "../../support/graph-client.ts";
import type { Json } from "../../support/json.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const OTHER = ASSET.replace(/1$/, "2");
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

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

/** The instant so many seconds after the start, as it is written. */
const at = (afterS: number) => new Date(START_MS + afterS * 1000).toISOString();

const call = (query: string, variables?: object) => graph.call(query, variables);
const run = (ticks: number) => graph.run(ticks);

const REFUSED = "code message field requestedMw limitedBy longestDurationS highestMw";
const DISPATCH = `id asset { id } mw durationS startAt endAt validForS leaseUntil onShortfall scheduleId requestId
  status reason submittedAt endedAt deliveredMwhr`;
const DECISION = `accepted refused { ${REFUSED} } mw startAt endAt leaseUntil onShortfall
  windows { power { minMw maxMw } dispatches { minMw maxMw } energy { minMw maxMw } } shortfall { from missingMwhr }`;

async function dispatch(input: object) {
  const { data } = await call(
    `mutation ($input: DispatchInput!) { dispatch(input: $input) { __typename
      ... on DispatchAccepted { dispatch { ${DISPATCH} } decision { ${DECISION} } }
      ... on DispatchRefused { ${REFUSED} } } }`,
    { input: { assetId: ASSET, ...input } },
  );
  return data.dispatch;
}

async function accepted(input: object) {
  const answer = await dispatch(input);
  expect(answer).toMatchObject({ __typename: "DispatchAccepted" });
  return answer.dispatch;
}

const find = async (id: string) =>
  (await call(`{ dispatch(id: "${id}") { ${DISPATCH} events { from to reason timestamp } } }`)).data
    .dispatch;

const change = async (kind: "dispatchRenew" | "dispatchCancel", id: string) =>
  (
    await call(`mutation { ${kind}(id: "${id}") { __typename
      ... on DispatchChanged { dispatch { status reason leaseUntil } }
      ... on DispatchRefused { code field message } } }`)
  ).data[kind];

describe("a dispatch with a duration", () => {
  test("begins, ends and releases the asset, as its events and telemetry show", async () => {
    const events = await graph.follow();
    const frames = graph.open<{ telemetry: { samples: { setpointMw: number }[] } }>(
      `subscription { telemetry(assetIds: "${ASSET}") { samples { setpointMw } } }`,
    );
    await frames.next();
    const { id } = await accepted({ mw: 2, durationS: 12 });
    await run(5);

    const announced = [await events.next(), await events.next(), await events.next()];
    expect(announced).toMatchObject([
      { from: null, to: "ACCEPTED", reason: null, timestamp: at(0) },
      { from: "ACCEPTED", to: "ACTIVE", reason: "STARTED", timestamp: at(0) },
      { from: "ACTIVE", to: "COMPLETED", reason: "ENDED", timestamp: at(12) },
    ]);
    expect(announced.map((event) => event.dispatch.id)).toEqual([id, id, id]);
    const setpoints: (number | undefined)[] = [];
    for (let tick = 0; tick < 5; tick++)
      setpoints.push((await frames.next()).telemetry.samples[0]?.setpointMw);
    expect(setpoints).toEqual([2, 2, 2, 0, 0]);
    expect(await find(id)).toMatchObject({
      status: "COMPLETED",
      reason: "ENDED",
      startAt: at(0),
      endAt: at(12),
      endedAt: at(12),
      deliveredMwhr: expect.closeTo((2 * 12) / 3600, 9),
      events: announced.map(({ from, to, reason, timestamp }) => ({ from, to, reason, timestamp })),
    });
  });

  test("has its decision, which is stored with it whatever its status", async () => {
    const answer = await dispatch({ mw: 5, durationS: 3600, startAt: at(60), validForS: 30 });
    expect(answer.dispatch).toMatchObject({ mw: 5, durationS: 3600, validForS: 30, reason: null });
    expect(answer.decision).toMatchObject({
      accepted: true,
      refused: null,
      mw: 5,
      startAt: at(60),
      endAt: at(3660),
      leaseUntil: at(90),
      onShortfall: "REFUSE",
      windows: { power: { minMw: -30, maxMw: 30 }, energy: { maxMw: expect.any(Number) } },
      shortfall: null,
    });
    await run(20);
    expect(await change("dispatchRenew", answer.dispatch.id)).toMatchObject({
      dispatch: { leaseUntil: at(110) },
    });
    const { data } = await call(
      `{ dispatch(id: "${answer.dispatch.id}") { decision { ${DECISION} } } }`,
    );
    expect(data.dispatch.decision).toEqual(answer.decision);
  });

  test("is refused where energy does not last, with what would fit", async () => {
    const refused = await dispatch({ mw: 20, durationS: 7200 });
    expect(refused).toMatchObject({
      code: "ENERGY_INSUFFICIENT",
      field: "durationS",
      requestedMw: 20,
      limitedBy: "ENERGY",
    });
    const { longestDurationS, highestMw } = refused;
    expect(await dispatch({ mw: 20, durationS: longestDurationS + 8 })).toHaveProperty("code");
    await accepted({ mw: 20, durationS: longestDurationS });
    expect(highestMw).toBeGreaterThan(0);
  });

  test("may be curtailed instead, with what will be missing", async () => {
    const { decision } = await dispatch({ mw: 20, durationS: 7200, onShortfall: "CURTAIL" });
    expect(decision).toMatchObject({ accepted: true, onShortfall: "CURTAIL" });
    expect(decision.shortfall.missingMwhr).toBeGreaterThan(20);
    expect(Date.parse(decision.shortfall.from)).toBeGreaterThan(START_MS);
  });

  test("may not begin too far ahead: the field is named as the input names it", async () => {
    expect(await dispatch({ mw: 1, startAt: at(-60) })).toMatchObject({
      code: "START_OUT_OF_RANGE",
      field: "startAt",
    });
  });
});

describe("a preview", () => {
  const preview = async (input: object) =>
    (
      await call(
        `query ($input: DispatchInput!) { dispatchPreview(input: $input) { ${DECISION} } }`,
        { input: { assetId: ASSET, ...input } },
      )
    ).data.dispatchPreview;

  test("is the decision that a request then gets, and changes nothing", async () => {
    for (const input of [{ mw: 5, durationS: 3600 }, { mw: -3, validForS: 60 }, { mw: 30 }]) {
      const before = await preview(input);
      const { data } = await call("{ dispatches { nodes { id } } }");
      expect(data.dispatches.nodes).toEqual([]);
      expect((await dispatch(input)).decision).toEqual(before);
      await application.stop();
      application = await startApplication();
      graph = createGraphClient(application);
    }
  });

  test.each([
    [{ assetId: UNKNOWN_ID, mw: 1 }, "ASSET_UNKNOWN", false],
    [{ mw: 80 }, "POWER_OUT_OF_LIMITS", false],
    [{ mw: 20, durationS: 7200 }, "ENERGY_INSUFFICIENT", true],
  ])("of %j returns why it would be refused", async (input, code, hasWindows) => {
    const decision = await preview(input);
    expect(decision).toMatchObject({ accepted: false, refused: { code }, mw: null, startAt: null });
    expect(decision.windows !== null).toBe(hasWindows);
  });
});

describe("a lease", () => {
  test("that is renewed holds, and without renewal the asset falls back", async () => {
    const { id } = await accepted({ mw: 2, validForS: 10 });
    await run(2);
    expect(await change("dispatchRenew", id)).toEqual({
      __typename: "DispatchChanged",
      dispatch: { status: "ACTIVE", reason: "STARTED", leaseUntil: at(18) },
    });
    await run(2);
    expect(await find(id)).toMatchObject({ status: "ACTIVE" });
    await run(2);
    expect(await find(id)).toMatchObject({ status: "EXPIRED", reason: "LEASE_LOST" });
    expect(await change("dispatchRenew", id)).toMatchObject({
      code: "DISPATCH_ENDED",
      field: "id",
    });
  });

  test("is not there to renew where none was requested", async () => {
    const { id } = await accepted({ mw: 2 });
    expect(await change("dispatchRenew", id)).toMatchObject({ code: "NO_LEASE" });
    expect(await change("dispatchRenew", UNKNOWN_ID)).toMatchObject({ code: "DISPATCH_UNKNOWN" });
  });
});

test("a dispatch that is cancelled holds nothing from the next tick on", async () => {
  const { id } = await accepted({ mw: 2 });
  await run(1);
  expect(await change("dispatchCancel", id.toUpperCase())).toMatchObject({
    __typename: "DispatchChanged",
    dispatch: { status: "CANCELLED", reason: "CANCELLED" },
  });
  await run(1);
  const { data } = await call(`{ asset(id: "${ASSET}") { telemetry { setpointMw } } }`);
  expect(data.asset.telemetry.setpointMw).toBe(0);
  expect(await change("dispatchCancel", id)).toMatchObject({ code: "DISPATCH_ENDED" });
  const { errors } = await call(`mutation { dispatchCancel(id: "x") { __typename } }`);
  expect(errors).toMatchObject([{ extensions: { code: "BAD_UUID", argument: "id" } }]);
});

describe("many at once", () => {
  const many = (inputs: object[], fields = "dispatch { asset { id } mw }") =>
    call(
      `mutation ($inputs: [DispatchInput!]!) { dispatchMany(inputs: $inputs) { __typename
        ... on DispatchAccepted { ${fields} } ... on DispatchRefused { code field } } }`,
      { inputs },
    );

  test("are decided one by one, in their order", async () => {
    const { data } = await many([
      { assetId: ASSET, mw: 1 },
      { assetId: ASSET, mw: 800 },
      { assetId: UNKNOWN_ID, mw: 1 },
      { assetId: OTHER, mw: -2 },
    ]);
    expect(data.dispatchMany).toEqual([
      { __typename: "DispatchAccepted", dispatch: { asset: { id: ASSET }, mw: 1 } },
      { __typename: "DispatchRefused", code: "POWER_OUT_OF_LIMITS", field: "mw" },
      { __typename: "DispatchRefused", code: "ASSET_UNKNOWN", field: "assetId" },
      { __typename: "DispatchAccepted", dispatch: { asset: { id: OTHER }, mw: -2 } },
    ]);
  });

  test("are a thousand at most, and as costly as they are many", async () => {
    const inputs = (count: number) =>
      Array.from({ length: count }, () => ({ assetId: UNKNOWN_ID, mw: 1 }));
    expect((await many(inputs(1000), "dispatch { id }")).data.dispatchMany).toHaveLength(1000);
    for (const count of [0, 1001])
      expect((await many(inputs(count), "dispatch { id }")).errors).toMatchObject([
        { extensions: { code: "BAD_INPUT", argument: "inputs" } },
      ]);
    const costly = "dispatch { events { to } }";
    expect((await many(inputs(1000), costly)).errors).toMatchObject([
      { extensions: { code: "QUERY_TOO_COMPLEX" } },
    ]);
    expect((await many(inputs(10), costly)).errors).toBeUndefined();
  });

  test("name the one whose input is wrong", async () => {
    const inputs = [
      { assetId: ASSET, mw: 1 },
      { assetId: ASSET, mw: 1, requestId: "" },
    ];
    expect((await many(inputs)).errors).toMatchObject([
      { extensions: { code: "BAD_INPUT", argument: "inputs[1].requestId" } },
    ]);
    expect((await call("{ dispatches { nodes { id } } }")).data.dispatches.nodes).toEqual([]);
  });
});

describe("a request that is repeated", () => {
  test("gets the first answer, and nothing happens twice", async () => {
    const input = { mw: 2, durationS: 60, requestId: "a-1" };
    const first = await dispatch(input);
    expect(first.dispatch).toMatchObject({ requestId: "a-1", status: "ACCEPTED" });
    await run(3);
    expect(await dispatch(input)).toEqual(first);
    expect(await dispatch({ ...input, mw: 3 })).toMatchObject({
      code: "REQUEST_ID_REUSED",
      field: "requestId",
    });
    const { data } = await call("{ dispatches { nodes { id } } }");
    expect(data.dispatches.nodes).toEqual([{ id: first.dispatch.id }]);
  });

  test("has an id of 1 to 200 characters that every store takes", async () => {
    const requested = (requestId: string) =>
      call("mutation ($input: DispatchInput!) { dispatch(input: $input) { __typename } }", {
        input: { assetId: ASSET, mw: 1, requestId },
      });
    expect((await requested("x".repeat(200))).errors).toBeUndefined();
    for (const requestId of ["", "x".repeat(201), "a\0", "\ud800"])
      expect((await requested(requestId)).errors).toMatchObject([
        { extensions: { code: "BAD_INPUT", argument: "input.requestId" } },
      ]);
  });
});

describe("a site", () => {
  const dispatchSite = async (input: object) =>
    (
      await call(
        `mutation ($input: DispatchSiteInput!) { dispatchSite(input: $input) { __typename
          ... on DispatchSiteAccepted { shares { dispatch { asset { id } mw } decision { accepted mw } } }
          ... on DispatchRefused { ${REFUSED} } } }`,
        { input: { siteId: SITE, ...input } },
      )
    ).data.dispatchSite;

  test("splits a power into shares that add up", async () => {
    const { shares } = await dispatchSite({ mw: 31.7, durationS: 600, requestId: "s-1" });
    const mws = shares.map((share: Json) => share.dispatch.mw) as number[];
    expect(mws.reduce((sum, mw) => sum + mw, 0)).toBe(31.7);
    expect(shares.map((share: Json) => share.dispatch.asset.id)).toEqual([ASSET, OTHER]);
    expect(await dispatchSite({ mw: 31.7, durationS: 600, requestId: "s-1" })).toMatchObject({
      shares,
    });
  });

  test("previews the shares that it then gets", async () => {
    const preview = async (input: object) =>
      (
        await call(
          `query ($input: DispatchSiteInput!) { dispatchSitePreview(input: $input) {
            accepted refused { ${REFUSED} } shares { asset { id } decision { accepted mw } } } }`,
          { input: { siteId: SITE, ...input } },
        )
      ).data.dispatchSitePreview;
    const foreseen = await preview({ mw: 31.7, durationS: 600 });
    const { shares } = await dispatchSite({ mw: 31.7, durationS: 600 });
    expect(foreseen).toMatchObject({ accepted: true, refused: null });
    expect(foreseen.shares).toEqual(
      shares.map((share: Json) => ({ asset: share.dispatch.asset, decision: share.decision })),
    );
    expect(await preview({ mw: 1000 })).toMatchObject({
      ...{ accepted: false, shares: [], refused: { field: "mw", requestedMw: 1000 } },
    });
  });

  test("refuses what its assets cannot do together, and changes nothing", async () => {
    expect(await dispatchSite({ mw: 1000 })).toMatchObject({ field: "mw", requestedMw: 1000 });
    expect(await dispatchSite({ mw: 1, siteId: UNKNOWN_ID })).toMatchObject({
      code: "SITE_UNKNOWN",
      field: "siteId",
    });
    const { data } = await call("{ dispatches { nodes { id } } }");
    expect(data.dispatches.nodes).toEqual([]);
  });
});

describe("a schedule", () => {
  const setSchedule = async (intervals: object[], more: object = {}) =>
    (
      await call(
        `mutation ($input: ScheduleInput!) { scheduleSet(input: $input) { __typename
          ... on ScheduleAccepted { scheduleId intervals { ${DISPATCH} decision { accepted windows { power { maxMw } } shortfall { missingMwhr } } } }
          ... on ScheduleRefused { index refusal { ${REFUSED} } } } }`,
        { input: { assetId: ASSET, intervals, ...more } },
      )
    ).data.scheduleSet;
  const interval = (fromS: number, untilS: number, mw: number) => ({
    from: at(fromS),
    until: at(untilS),
    mw,
  });

  test("may be curtailed, with what each interval will lack", async () => {
    const requested = [interval(4, 12, 1), interval(12, 12_012, 30)];
    expect(await setSchedule(requested)).toMatchObject({ index: 1 });
    const { intervals } = await setSchedule(requested, { onShortfall: "CURTAIL" });
    expect(intervals[0].decision.shortfall).toBeNull();
    expect(intervals[1].decision.shortfall.missingMwhr).toBeGreaterThan(80);
  });

  test("is as many dispatches as it has intervals, one after the other", async () => {
    const { scheduleId, intervals } = await setSchedule([interval(4, 12, 1), interval(12, 20, -1)]);
    expect(intervals).toMatchObject([
      { scheduleId, mw: 1, startAt: at(4), endAt: at(12), durationS: 8, onShortfall: "REFUSE" },
      { scheduleId, mw: -1, startAt: at(12), endAt: at(20), durationS: 8 },
    ]);
    const inFull = { accepted: true, windows: null, shortfall: null };
    expect(intervals[1].decision).toEqual(inFull);
    await run(6);
    const { data } = await call(`{ asset(id: "${ASSET}") { samples { nodes { setpointMw } } } }`);
    const setpoints = data.asset.samples.nodes.map((it: Json) => it.setpointMw);
    expect(setpoints).toEqual([0, -1, -1, 1, 1, 0]);
    const listed = await call("{ dispatches(status: [COMPLETED]) { nodes { scheduleId } } }");
    expect(listed.data.dispatches.nodes).toEqual([{ scheduleId }, { scheduleId }]);
  });

  test("is refused as a whole, with the interval that fails", async () => {
    const first = await setSchedule([interval(40, 80, 1)]);
    expect(await setSchedule([interval(4, 12, 1), interval(8, 20, 2)])).toMatchObject({
      index: 1,
      refusal: { code: "SCHEDULE_INVALID", field: "from" },
    });
    expect(await setSchedule([interval(4, 12, 1), interval(12, 20, 99)])).toMatchObject({
      index: 1,
      refusal: { code: "POWER_OUT_OF_LIMITS", field: "mw" },
    });
    expect(await setSchedule([interval(4, 7200, 1), interval(7200, 14400, 30)])).toMatchObject({
      index: 1,
      refusal: { code: "ENERGY_INSUFFICIENT", field: "until" },
    });
    expect(await setSchedule([], { assetId: UNKNOWN_ID })).toMatchObject({
      index: null,
      refusal: { code: "ASSET_UNKNOWN", field: "assetId" },
    });
    expect((await find(first.intervals[0].id)).status).toBe("ACCEPTED");
  });

  test("is replaced by the next, and removed by an empty one", async () => {
    const first = await setSchedule([interval(40, 80, 1)], { requestId: "r-1" });
    expect(await setSchedule([interval(40, 80, 1)], { requestId: "r-1" })).toEqual(first);
    const second = await setSchedule([interval(60, 80, 2)]);
    expect(await find(first.intervals[0].id)).toMatchObject({
      status: "SUPERSEDED",
      reason: "NEWER_SCHEDULE",
    });
    expect(await setSchedule([])).toEqual({
      __typename: "ScheduleAccepted",
      scheduleId: null,
      intervals: [],
    });
    expect(await find(second.intervals[0].id)).toMatchObject({ status: "CANCELLED" });
  });

  test("may begin between two seconds", async () => {
    const from = new Date(START_MS + 4300).toISOString();
    const { intervals } = await setSchedule([{ from, until: at(20), mw: 1 }]);
    expect(intervals).toMatchObject([{ startAt: from, durationS: 16 }]);
  });
});

test("limits of sites and the fallback of assets are those of the file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mando-limits-"));
  const file = join(directory, "assets.yaml");
  const site = { id: SITE, name: "Site", location: "Somewhere", max_export_mw: 50 };
  const asset = { id: ASSET, site_id: SITE, name: "BESS", capacity_mwhr: 36, max_mw: 30 };
  const rest = { min_mw: -30, ramp_rate_mw_per_min: 30, efficiency: 0.92, fallback_mw: -2 };
  writeFileSync(file, JSON.stringify({ sites: [site], assets: [{ ...asset, ...rest }] }));
  const other = await startApplication({ ASSETS_FILE: file });
  const client = createGraphClient(other);
  const { data } = await client.call(
    `{ site(id: "${SITE}") { maxExportMw maxImportMw } asset(id: "${ASSET}") { fallbackMw } }`,
  );
  expect(data).toEqual({
    site: { maxExportMw: 50, maxImportMw: null },
    asset: { fallbackMw: -2 },
  });
  await client.close();
  await other.stop();
  rmSync(directory, { recursive: true });
});

test("a power beyond all numbers is bad input, wherever it is given", async () => {
  const input = `assetId: "${ASSET}", mw: 1e400`;
  const interval = `from: "${at(60)}", until: "${at(120)}", mw: -1e400`;
  for (const [field, place] of [
    [`dispatch(input: { ${input} }) { __typename }`, "input.mw"],
    [`dispatchMany(inputs: [{ ${input} }]) { __typename }`, "inputs[0].mw"],
    [`dispatchSite(input: { siteId: "${SITE}", mw: 1e400 }) { __typename }`, "input.mw"],
    [
      `scheduleSet(input: { assetId: "${ASSET}", intervals: [{ ${interval} }] }) { __typename }`,
      "input.intervals[0].mw",
    ],
  ]) {
    const { errors } = await call(`mutation { ${field} }`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_INPUT", argument: place });
  }
});
