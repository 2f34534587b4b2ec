import { expect, test } from "vitest";
import { advance, makePlan } from "../../../src/domain/dispatch/asset-plan.ts";
import { profileOf } from "../../../src/domain/dispatch/power-profile.ts";
import { DT_S } from "../../support/tick-tables.ts";

test("the profile of many open dispatches is that of each step of the plan", () => {
  const dispatches = Array.from({ length: 200 }, (_, n) => ({
    ...{ id: `${n}`, scheduleId: "S", mw: (n % 7) - 3, validForS: null, leaseUntilMs: null },
    ...{ startMs: 1000 * DT_S * (n - (n % 3)), endMs: 1000 * DT_S * (n + 1 - (n % 5)) },
    ...{ onShortfall: "refuse" as const, status: "accepted" as const },
  }));
  const parts = profileOf(makePlan(dispatches), 0, DT_S);
  let plan = makePlan(dispatches);
  let tick = 0;
  for (const { id, mw, ticks } of parts)
    for (let n = 0; n < Math.min(ticks, 3); n++, tick++) {
      ({ plan } = advance(plan, 1000 * DT_S * tick));
      expect([tick, plan.inForceId, plan.setpointMw]).toEqual([tick, id, mw]);
      if (n === 2) tick += Math.min(ticks, 1e6) - 3;
    }
  expect(tick).toBeGreaterThan(190);
});
