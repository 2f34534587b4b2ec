// A promise that can no longer be kept, as clients see it.
import { expect, test } from "vitest";
import type { Json } from "../../support/json.ts";
import { ASSET, at, within } from "../../support/rest-under-test.ts";

/** What the promise counts on. */
const CHARGE = { asset_id: ASSET, mw: -10, duration_s: 1800, start_at: at(10) };

test("is shown with what it lacks over REST and GraphQL, and counted", () =>
  within(async ({ call, get, tick, url }) => {
    const graph = async (query: string): Promise<Json> =>
      (await call("POST", "/graphql", { query })).body.data;
    const charge = (await call("POST", "/dispatch", CHARGE)).body;
    const preview = (
      await call("POST", "/dispatch/preview", {
        ...{ asset_id: ASSET, mw: 30, duration_s: 36_000, start_at: at(900) },
      })
    ).body;
    const durationS = preview.refused.longest_duration_s;
    const promise = (
      await call("POST", "/dispatch", {
        ...{ asset_id: ASSET, mw: 30, duration_s: durationS, start_at: at(900) },
      })
    ).body;
    expect(promise).toMatchObject({ status: "accepted", shortfall: null });
    tick(20);
    expect((await call("DELETE", `/dispatch/${charge.id}`)).status).toBe(200);
    const { shortfall, events } = await get(`/dispatch/${promise.id}`);
    expect(shortfall).toEqual({
      ...{ from: expect.any(String), missing_mwhr: expect.any(Number) },
      ...{ limited_by: "energy", reason: "cancel" },
    });
    expect(shortfall.missing_mwhr).toBeGreaterThan(1);
    expect(events.at(-1)).toEqual({
      ...{ timestamp: at(20), from: "accepted", to: "accepted" },
      ...{ reason: "shortfall_expected", by_id: null },
    });
    expect(
      await graph(
        `{ dispatch(id: "${promise.id}") { reason shortfall { from missingMwhr limitedBy reason } events { from to reason } } }`,
      ),
    ).toEqual({
      dispatch: {
        reason: null,
        shortfall: {
          ...{ from: shortfall.from, missingMwhr: shortfall.missing_mwhr },
          ...{ limitedBy: "ENERGY", reason: "CANCEL" },
        },
        events: [
          { from: null, to: "ACCEPTED", reason: null },
          { from: "ACCEPTED", to: "ACCEPTED", reason: "SHORTFALL_EXPECTED" },
        ],
      },
    });
    tick(880 + durationS / 4 + 1);
    const ended = await get(`/dispatch/${promise.id}`);
    expect(ended).toMatchObject({ status: "completed", reason: "ended_short" });
    expect(ended.shortfall.missing_mwhr).toBeCloseTo(shortfall.missing_mwhr, 6);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const [kind, count] of [
      ["expected", 1],
      ["averted", 0],
      ["ended", 1],
    ])
      expect(metrics).toContain(`mando_dispatch_shortfalls_total{kind="${kind}"} ${count}`);
  }));
