// The optimiser: from what is given to what batteries should do.
import type { ProfileBid } from "../domain/plan/bids.ts";
import { type PlanCalendar, periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanInput } from "../domain/plan/input.ts";
import type { Plan, ScenarioPlan } from "../domain/plan/plan.ts";
import { type PlanRefusal, refusalOf } from "../domain/plan/refusal.ts";
import type { PlanOutcome } from "../domain/ports/optimiser.ts";
import type { Solver } from "../domain/ports/solver.ts";
import { type Budget, createBudget } from "./budget.ts";
import { infeasible } from "./conflicts.ts";
import { extended } from "./extension.ts";
import { hasLots, roundLots } from "./lots.ts";
import { bidsOf, cellsOutMwhr, profileOf } from "./market-bids.ts";
import type { PlanModel } from "./model.ts";
import { type Solved, solveRamped } from "./ramped.ts";
import { readReserves, readScenario } from "./reading.ts";

/** The plan that earns most. Its input has passed the rules of plans. */
export function optimise(input: PlanInput, calendar: PlanCalendar, solver: Solver): PlanOutcome {
  const budget = createBudget(solver, input.timeLimitS);
  const free = solveRamped(input, calendar, budget);
  const refusal = refusalFor(input, free, budget);
  if (refusal !== undefined) return { refusal };
  if (!hasLots(input)) return { plan: planOf(input, calendar, budget, free, null) };
  const rounded = roundLots(input, calendar, budget, free);
  const roundedRefusal = refusalFor(input, rounded, budget, true);
  if (roundedRefusal !== undefined) return { refusal: roundedRefusal };
  return { plan: planOf(input, calendar, budget, rounded, free) };
}

function refusalFor(
  input: PlanInput,
  { model, solution }: Solved,
  budget: Budget,
  isRounded = false,
): PlanRefusal | undefined {
  if (solution.isFeasible) return undefined;
  if (solution.status !== "infeasible")
    return refusalOf(
      "PLAN_TIMEOUT",
      `No plan was found within ${input.timeLimitS} s: allow more time, or plan fewer periods`,
    );
  if (isRounded)
    return refusalOf(
      "LOTS_INFEASIBLE",
      "No plan has volumes in whole lots: choose a smaller lot, or leave the SoC at the end more freedom",
    );
  return infeasible(input, model, budget);
}

/** @param free The plan before rounding; null: nothing is rounded. */
function planOf(
  input: PlanInput,
  calendar: PlanCalendar,
  budget: Budget,
  solved: Solved,
  free: Solved | null,
): Plan {
  const reserves = readReserves(input, solved);
  const scenarios = input.scenarios.map((_, k) => readScenario(input, solved, reserves, k));
  const expectedEur = expectedOf(scenarios);
  const roundingEur = free === null ? null : expectedOf(readAll(input, free)) - expectedEur;
  const profiles = profilesOf(input, calendar, budget, scenarios);
  const { status, gapRatio } = solved.solution;
  return {
    status: status === "timeOver" || free?.solution.status === "timeOver" ? "timeOver" : "optimal",
    gapRatio,
    solveS: budget.usedS(),
    ...{ scenarios, reserves, expectedEur, roundingEur },
    bids: bidsOf(input, scenarios, profiles),
  };
}

function readAll(input: PlanInput, solved: Solved): ScenarioPlan[] {
  const reserves = readReserves(input, solved);
  return input.scenarios.map((_, k) => readScenario(input, solved, reserves, k));
}

function expectedOf(scenarios: readonly ScenarioPlan[]): number {
  return scenarios.reduce(
    (sum, { weightRatio, revenue }) => sum + weightRatio * revenue.totalEur,
    0,
  );
}

/** The profiles of the scenarios; of a single one, those of plans that cycle less and less. */
function profilesOf(
  input: PlanInput,
  calendar: PlanCalendar,
  budget: Budget,
  scenarios: readonly ScenarioPlan[],
): ProfileBid[] {
  const { profileCount } = input;
  if (scenarios.length > 1)
    return scenarios.slice(0, profileCount).map((it) => profileOf(input, it));
  const [plan] = scenarios as [ScenarioPlan];
  const mostMwhr = cellsOutMwhr(input, plan);
  return Array.from({ length: profileCount }, (_, n) => {
    const solved =
      n === 0
        ? undefined
        : solveRamped(input, calendar, budget, (model) =>
            withCells(input, model, mostMwhr * (1 - n / profileCount)),
          );
    if (solved === undefined) return [profileOf(input, plan)];
    // What must be delivered may leave no plan with so little energy.
    if (!solved.solution.isFeasible) return [];
    return readAll(input, solved).map((it) => profileOf(input, it));
  }).flat();
}

/** The model with a limit of the energy that the cells give. */
function withCells(input: PlanInput, { linear, columns }: PlanModel, mostMwhr: number) {
  const hr = periodHr(input.periods);
  const entries = (columns.batteries[0] ?? []).flatMap(({ dischargeMw }, a) => {
    const { dischargeEfficiencyRatio } = input.assets[a] as PlanAsset;
    return Array.from(
      { length: input.periods.count },
      (_, t) => [dischargeMw + t, hr / dischargeEfficiencyRatio] as const,
    );
  });
  return extended(linear, [], [{ entries, lower: -Infinity, upper: mostMwhr }]);
}
