// A month of quarters of an hour and a day of minutes, in every way in; and a plan of which a part is over.
import { describe, expect, test } from "vitest";
import { MOST_INTERVALS } from "../../../src/domain/dispatch/schedule-decision.ts";
import { START_MS } from "../../support/application-under-test.ts";
import { ASSET, type RestApplication, within } from "../../support/rest-under-test.ts";

const PATH = `/assets/${ASSET}/schedule`;
const CSV = { "content-type": "text/csv" };
const MINUTE_MS = 60_000;
const text = (ms: number) => new Date(ms).toISOString();

/** Intervals that leave the battery where it was, with powers as programs write them. */
const planOf = (count: number, lengthMs: number, fromMs = START_MS) =>
  Array.from({ length: count }, (_, n) => ({
    from: text(fromMs + n * lengthMs),
    until: text(fromMs + (n + 1) * lengthMs),
    mw: n % 2 === 0 ? -0.1234567890123456 : 0.1034567890123456,
  }));
const csvOf = (plan: ReturnType<typeof planOf>) =>
  `from,until,mw\n${plan.map(({ from, until, mw }) => `${from},${until},${mw}\n`).join("")}`;

const MONTH = planOf(2_976, 15 * MINUTE_MS);
const SET = `mutation ($input: ScheduleInput!) { scheduleSet(input: $input) {
  ... on ScheduleAccepted { pastCount intervals { startAt endAt mw } }
  ... on ScheduleRefused { index refusal { code message field } }
} }`;

async function graph({ call }: RestApplication, input: object) {
  const variables = { input: { assetId: ASSET, ...input } };
  const { body } = await call("POST", "/graphql", { query: SET, variables });
  expect(body.errors).toBeUndefined();
  return body.data.scheduleSet;
}

describe("a schedule", () => {
  test(
    "of 31 days of quarters of an hour is taken as JSON, as CSV and over GraphQL",
    () =>
      within(async (application) => {
        const { call, get } = application;
        const json = await call("PUT", PATH, { intervals: MONTH });
        expect(json.body.detail).toBeUndefined();
        expect(json.body.intervals).toHaveLength(2_976);
        expect((await get(PATH)).intervals).toHaveLength(2_976);
        const csv = await call("PUT", PATH, csvOf(MONTH), CSV);
        expect(csv.body.intervals).toHaveLength(2_976);
        const answer = await graph(application, { intervals: MONTH });
        expect(answer.intervals).toHaveLength(2_976);
        expect(answer).toMatchObject({ pastCount: 0 });
      }),
    60_000,
  );

  test(
    "of as many intervals as it may have is taken, and of one more is refused",
    () =>
      within(async (application) => {
        const plan = planOf(MOST_INTERVALS + 1, MINUTE_MS);
        const most = await graph(application, { intervals: plan.slice(1) });
        expect(most.intervals).toHaveLength(3_000);
        expect(await graph(application, { intervals: plan })).toMatchObject({
          index: null,
          refusal: { code: "SCHEDULE_INVALID" },
        });
        const { body } = await application.call("PUT", PATH, csvOf(plan), CSV);
        expect(body).toMatchObject({ code: "SCHEDULE_INVALID" });
        expect(body.detail).toContain("at most 3000 intervals");
      }),
    60_000,
  );

  test(
    "of a day of minutes sent again at noon leaves out what is over, and counts it",
    () =>
      within(async (application) => {
        const { call, get } = application;
        // In the middle of a minute, at the start of a tick.
        const noon = planOf(1_440, MINUTE_MS, START_MS - 720 * MINUTE_MS - 20_000);
        const first = await call("PUT", PATH, { intervals: noon, request_id: "noon" });
        expect(first).toMatchObject({ status: 200, body: { past_count: 720 } });
        expect(first.body.intervals).toHaveLength(720);
        expect(first.body.intervals[0]).toMatchObject({
          start_at: text(START_MS),
          end_at: text(START_MS + 40_000),
        });
        application.tick(40);
        expect(await call("PUT", PATH, { intervals: noon, request_id: "noon" })).toEqual(first);
        const other = { intervals: noon.slice(1), request_id: "noon" };
        expect((await call("PUT", PATH, other)).body.code).toBe("REQUEST_ID_REUSED");
        const later = await graph(application, { intervals: noon, requestId: "later" });
        expect(later).toMatchObject({ pastCount: 723 });
        expect(later.intervals[0].startAt).toBe(text(START_MS + 160_000));
        expect(await graph(application, { intervals: noon, requestId: "later" })).toEqual(later);
        expect((await get(PATH)).intervals).toHaveLength(717);
        const again = await call("PUT", PATH, csvOf(noon), CSV);
        expect(again.body).toMatchObject({ past_count: 723 });
      }),
    60_000,
  );

  test("is refused at its own place where one to come fails, in whatever was over before", () =>
    within(async ({ call, clock }) => {
      const plan = planOf(4, MINUTE_MS, START_MS - 2 * MINUTE_MS);
      const bad = plan.map((it, n) => (n === 3 ? { ...it, mw: 31 } : it));
      const refused = { code: "POWER_OUT_OF_LIMITS", index: 3, field: "intervals.3.mw" };
      expect((await call("PUT", PATH, { intervals: bad })).body).toMatchObject(refused);
      const { body } = await call("PUT", PATH, csvOf(bad), CSV);
      expect(body.detail).toMatch(/^line 5: /);
      // An interval that is over may have any power.
      const past = plan.map((it, n) => (n === 0 ? { ...it, mw: 31 } : it));
      expect((await call("PUT", PATH, { intervals: past })).status).toBe(200);
      const unordered = [plan[1], plan[0], plan[2]];
      expect((await call("PUT", PATH, { intervals: unordered })).body.code).toBe(
        "SCHEDULE_INVALID",
      );
      // No tick starts in the second that is left of it.
      const short = plan.map((it) => ({ ...it, until: it.until, from: it.from }));
      clock.advance(59_000);
      expect((await call("PUT", PATH, { intervals: short })).body).toMatchObject({ past_count: 3 });
    }));

  test("of which all is over is refused, and removes nothing", () =>
    within(async ({ call, get }) => {
      await call("PUT", PATH, { intervals: planOf(2, MINUTE_MS) });
      const yesterday = planOf(96, 15 * MINUTE_MS, START_MS - 86_400_000);
      const { status, body } = await call("PUT", PATH, { intervals: yesterday });
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: "START_OUT_OF_RANGE", index: 0 });
      expect(body.detail).toContain("all 96 intervals are over");
      expect((await get(PATH)).intervals).toHaveLength(2);
    }));
});
