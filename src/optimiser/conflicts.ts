// Why requirements cannot be kept together, in words, and the cheapest way out.

import { periodHr, startMsOf } from "../domain/plan/calendar.ts";
import type { PlanInput } from "../domain/plan/input.ts";
import { type PlanRefusal, type PlanRequirement, refusalOf } from "../domain/plan/refusal.ts";
import { utcText } from "../domain/time/instant-text.ts";
import type { Budget } from "./budget.ts";
import type { PlanModel } from "./model.ts";
import { leastBreaches } from "./relaxation.ts";
import type { Requirement } from "./requirement.ts";

/** Requirements whose texts are in the message. */
const MOST_NAMED = 4;
/** Less is rounding of the solver, in MW or MWh. */
const NO_AMOUNT = 1e-6;

/** The refusal of a model without a solution. */
export function infeasible(input: PlanInput, model: PlanModel, budget: Budget): PlanRefusal {
  const options = { timeLimitS: budget.leftS(), gapRatio: 0 };
  const { rows } = budget.solver.conflictOf(model.linear, options);
  const found = rows.map((row) => requirementOf(model, row)).filter((it) => it !== undefined);
  const conflicts = grouped(
    input,
    found.map((of) => ({ of, by: 0 })),
  );
  const relaxation = relaxed(input, model, budget);
  const what = conflicts.map(({ text }) => text);
  const named = what.slice(0, MOST_NAMED).join("; ");
  const more = what.length > MOST_NAMED ? `; and ${what.length - MOST_NAMED} more` : "";
  const out = relaxation.map(({ text, by, unit }) => `${text} by ${rounded(by)} ${unit}`);
  const advice =
    out.length > 0 ? `. It would do to relax ${out.slice(0, MOST_NAMED).join("; ")}` : "";
  const period = Math.min(...conflicts.map(({ firstPeriod }) => firstPeriod));
  return {
    ...refusalOf(
      "PLAN_INFEASIBLE",
      what.length > 0
        ? `The batteries cannot do all of this: ${named}${more}${advice}`
        : "The batteries cannot do what is required of them: their ratings and the energy that they begin with do not go together",
      null,
      Number.isFinite(period) ? period : null,
    ),
    conflicts,
    relaxation,
  };
}

/** By how much requirements are broken where the sum of that is least: a MW counts as much as its energy in a period. */
function relaxed(input: PlanInput, model: PlanModel, budget: Budget): PlanRefusal["relaxation"] {
  const { linear, rowRequirements, requirements } = model;
  const hr = periodHr(input.periods);
  const penalties = Float64Array.from(rowRequirements, (n) => {
    const { kind, unit } = requirements[n] ?? {};
    if (kind === undefined || kind === "ramp" || kind === "reserveMax") return -1;
    return unit === "MW" ? hr : 1;
  });
  const breaches = leastBreaches(linear, penalties, budget);
  const broken = [...(breaches ?? [])].flatMap((by, row) => {
    const of = requirementOf(model, row);
    return of !== undefined && by > NO_AMOUNT ? [{ of, by }] : [];
  });
  return grouped(input, broken);
}

function requirementOf(model: PlanModel, row: number): Requirement | undefined {
  return model.requirements[model.rowRequirements[row] as number];
}

interface Amount {
  readonly of: Requirement;
  readonly by: number;
}

/** Those of one kind in adjacent periods are one, with the largest amount. */
function grouped(input: PlanInput, amounts: readonly Amount[]) {
  const groups: { of: Requirement; last: number; by: number }[] = [];
  const sorted = [...amounts].sort(
    (a, b) => keyOf(a.of).localeCompare(keyOf(b.of)) || a.of.period - b.of.period,
  );
  for (const { of, by } of sorted) {
    const group = groups.at(-1);
    if (group && keyOf(group.of) === keyOf(of) && of.period <= group.last + 1) {
      group.last = of.period;
      group.by = Math.max(group.by, by);
    } else groups.push({ of, last: of.period, by });
  }
  return groups
    .sort((a, b) => a.of.period - b.of.period)
    .map(({ of, last, by }): PlanRequirement & { by: number; unit: "MWh" | "MW" } => ({
      kind: of.kind,
      assetId: of.assetId ?? null,
      product: of.product ?? null,
      firstPeriod: of.period,
      lastPeriod: last,
      text: textOf(input, of, last),
      ...{ by, unit: of.unit },
    }));
}

function keyOf({ kind, assetId, product }: Requirement): string {
  return `${kind}/${assetId}/${product}`;
}

const NOUNS: Readonly<Record<Requirement["kind"], string>> = {
  endSoc: "the SoC at the end",
  soc: "the limits of SoC",
  socTarget: "the SoC target",
  connection: "the limit of the connection",
  noTrade: "no trade",
  obligation: "the obligation",
  cycleLimit: "the limit of cycles of the day",
  reserveMax: "the highest volume",
  ramp: "the ramp",
};

function textOf({ periods }: PlanInput, of: Requirement, last: number): string {
  const { kind, assetId, product, period } = of;
  const whose = [assetId && ` of ${assetId}`, product && ` of ${product}`].filter(Boolean).join("");
  const [from, until] = [period, last + 1].map((t) => utcText(startMsOf(periods, t)));
  const isAtEnd = kind === "endSoc" || kind === "socTarget";
  return `${NOUNS[kind]}${whose} ${isAtEnd ? `at ${until}` : `from ${from} until ${until}`}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
