// What is answered where the solver has no time left.
import { beforeAll, expect, test } from "vitest";
import { loadSolver } from "../../src/adapters/highs/solver.ts";
import type { Solution, Solver } from "../../src/domain/ports/solver.ts";
import { onlyScenario, outcomeOf, planFor, planInput } from "../support/plan-input.ts";

let solver: Solver;
beforeAll(async () => {
  solver = await loadSolver();
});

/** Prices at which losses are paid for, so that whole numbers decide between directions. */
const PRICES = Array.from({ length: 96 }, (_, t) => (t >= 40 && t < 64 ? -60 : 20));

/** The solver, with the answers to some models changed. */
const changed = (change: (solution: Solution, isWhole: boolean) => Solution): Solver => ({
  ...solver,
  solve: (model, options) => {
    const isWhole = model.integrality !== undefined;
    // A model with whole numbers may take seconds: one without says what a plan is to look like.
    const { integrality: _, ...relaxed } = model;
    return change(solver.solve(relaxed, options), isWhole);
  },
});

test("the best that is found is marked, with its gap to what no plan can exceed", () => {
  const noWholeNumbers = changed((solution, isWhole) =>
    isWhole ? { ...solution, status: "timeOver", isFeasible: false } : solution,
  );
  const plan = planFor(noWholeNumbers, planInput(PRICES));
  expect(plan.status).toBe("timeOver");
  expect(plan.gapRatio).toBeGreaterThan(0);
  // Without directions it would be 5157, and with the best ones it is 4806.
  expect(plan.expectedEur * (1 + plan.gapRatio)).toBeCloseTo(5157, 1);
  expect(plan.expectedEur).toBeLessThanOrEqual(4806.01);
  const [asset] = onlyScenario(plan).assets;
  for (const [t, mw] of (asset?.mw ?? []).entries()) {
    const moved = mw > 0 ? -mw / 0.95 : -mw * 0.95;
    expect(asset?.socMwhr[t]).toBeCloseTo((asset?.socMwhr[t - 1] ?? 30) + moved / 4, 6);
  }
});

test("a plan of which nothing is found is refused", () => {
  const none = changed((solution) => ({ ...solution, status: "timeOver", isFeasible: false }));
  expect(outcomeOf(none, planInput(PRICES))).toMatchObject({
    refusal: { code: "PLAN_TIMEOUT", message: expect.stringContaining("60 s") },
  });
});

test("ramps for which no time is left are no plan", () => {
  const slow = changed((solution) => ({ ...solution, solveS: 61 }));
  const ramp = { rateMwPerMin: 30, startMw: 0, tickS: 4 };
  expect(outcomeOf(slow, planInput([10, 50, 10, 60], { ramp }))).toMatchObject({
    refusal: { code: "PLAN_TIMEOUT" },
  });
});
