import { expect, test } from "vitest";
import { systemTimeZones } from "../../../src/adapters/time-zones/time-zones.ts";
import type { PlanCalendar } from "../../../src/domain/plan/calendar.ts";
import type { PlanOutcome } from "../../../src/domain/ports/optimiser.ts";
import { createPlans } from "../../../src/services/plan/plans.ts";
import { planInput } from "../../support/plan-input.ts";

function create() {
  const calendars: PlanCalendar[] = [];
  const optimise = async (_: unknown, calendar: PlanCalendar) => {
    calendars.push(calendar);
    return {} as PlanOutcome;
  };
  return { calendars, plans: createPlans({ optimise, stop: async () => {} }, systemTimeZones) };
}

test("an input goes to the optimiser with the days of its zone", async () => {
  const { plans, calendars } = create();
  const input = planInput(Array.from({ length: 96 }, () => 1));
  await plans.optimise({ ...input, periods: { ...input.periods, timeZone: "Europe/Helsinki" } });
  expect(calendars[0]?.dayCount).toBe(2);
  expect(calendars[0]?.days.indexOf(1)).toBe(88);
});

test("a broken rule and an unknown zone are refused before", async () => {
  const { plans, calendars } = create();
  const input = planInput([1]);
  expect(await plans.optimise({ ...input, timeLimitS: 0 })).toMatchObject({
    refusal: { code: "PLAN_INVALID", field: "timeLimitS" },
  });
  const periods = { ...input.periods, timeZone: "Europe/Atlantis" };
  expect(await plans.optimise({ ...input, periods })).toMatchObject({
    refusal: { code: "ZONE_UNKNOWN", message: expect.stringContaining('"Europe/Atlantis"') },
  });
  expect(calendars).toEqual([]);
});
