// A plan as CSV, and its money in words.
import { startMsOf } from "../domain/plan/calendar.ts";
import type { PlanInput, Scenario } from "../domain/plan/input.ts";
import type { Plan, ScenarioPlan } from "../domain/plan/plan.ts";

/** A row per period, and per scenario where there are several. @param names Of the batteries, by their ids. */
export function planCsv(input: PlanInput, plan: Plan, names: ReadonlyMap<string, string>): string {
  const rows = plan.scenarios.flatMap((scenario, k) =>
    Array.from({ length: input.periods.count }, (_, t) => {
      const cells = cellsOf(input, plan, scenario, k, t, names);
      return plan.scenarios.length > 1 ? { scenario: k + 1, ...cells } : cells;
    }),
  );
  const header = Object.keys(rows[0] ?? {}).join(",");
  return `${[header, ...rows.map((row) => Object.values(row).join(","))].join("\n")}\n`;
}

function cellsOf(
  input: PlanInput,
  plan: Plan,
  scenario: ScenarioPlan,
  k: number,
  t: number,
  names: ReadonlyMap<string, string>,
): Readonly<Record<string, string | number>> {
  const { buyEurPerMwhr, sellEurPerMwhr } = input.scenarios[k] as Scenario;
  const isAlone = input.assets.length === 1;
  const prefix = (id: string) => (isAlone ? "" : `${names.get(id)?.replace(/[^\w-]/g, "_")}_`);
  const assets = scenario.assets.flatMap(
    ({ assetId, mw, energyMwhr, socMwhr, energyWorthEurPerMwhr }) =>
      [
        ["mw", mw[t]],
        ["energy_mwhr", energyMwhr[t]],
        ["soc_mwhr", socMwhr[t]],
        ["energy_worth_eur_per_mwhr", energyWorthEurPerMwhr[t]],
      ].map(([name, value]) => [`${prefix(assetId)}${name}`, rounded(value as number)]),
  );
  const reserves = plan.reserves.map(({ assetId, product, mw }) => [
    `${prefix(assetId)}${product}_mw`,
    rounded(mw[t] as number),
  ]);
  return {
    from: instant(startMsOf(input.periods, t)),
    until: instant(startMsOf(input.periods, t + 1)),
    buy_eur_per_mwhr: buyEurPerMwhr[t] as number,
    sell_eur_per_mwhr: sellEurPerMwhr[t] as number,
    ...Object.fromEntries([...assets, ...reserves]),
    traded_mw: rounded(scenario.tradedMw[t] as number),
    export_worth_eur_per_mw: rounded(scenario.exportWorthEurPerMw[t] as number),
    import_worth_eur_per_mw: rounded(scenario.importWorthEurPerMw[t] as number),
    revenue_eur: rounded(scenario.periodRevenueEur[t] as number),
  };
}

/** Lines of what the plan earns. */
export function planSummary(plan: Plan): string {
  const money = (name: string, eur: number) =>
    `${name.padEnd(28)}${eur.toFixed(2).padStart(14)} EUR`;
  const lines = plan.scenarios.flatMap(({ revenue, assets, weightRatio }, k) => {
    const { reserveEur, activationEur } = revenue;
    const entries: [string, number][] = [
      ["energy", revenue.energyEur],
      ["fees", revenue.feesEur],
      ...Object.entries(reserveEur).map(([name, eur]): [string, number] => [name, eur]),
      ...Object.entries(activationEur).map(([name, eur]): [string, number] => [
        `${name} activation`,
        eur,
      ]),
      ["wear", revenue.wearEur],
      ["breaches", revenue.breachEur],
      ["worth of what is left", revenue.endValueEur],
    ];
    const cycles = assets.map(({ cycleCount }) => cycleCount.toFixed(2)).join(", ");
    return [
      ...(plan.scenarios.length > 1 ? [`scenario ${k + 1}, weight ${rounded(weightRatio)}`] : []),
      ...entries.filter(([, eur]) => eur !== 0).map(([name, eur]) => money(name, eur)),
      `cycles ${cycles}`,
    ];
  });
  const status = plan.status === "optimal" ? "optimal" : "the best found in the time";
  return [
    ...lines,
    ...(plan.roundingEur === null ? [] : [money("rounding to lots cost", plan.roundingEur)]),
    money("total", plan.expectedEur),
    `${status}, gap ${(plan.gapRatio * 100).toPrecision(2)} %, ${plan.solveS.toFixed(2)} s of the solver\n`,
  ].join("\n");
}

const instant = (ms: number) => new Date(ms).toISOString();

function rounded(value: number): number {
  // Adding 0 writes -0 as 0.
  return Math.round(value * 1e6) / 1e6 + 0;
}
