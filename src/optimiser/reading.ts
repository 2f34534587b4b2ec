// Reads the plan from a solved model.
import { periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanInput, Scenario } from "../domain/plan/input.ts";
import type { AssetPlan, ReserveShare, ScenarioPlan } from "../domain/plan/plan.ts";
import { keptRatio } from "./battery-rows.ts";
import { tradedColumns } from "./market-rows.ts";
import { batteryOf } from "./plan-columns.ts";
import type { Solved } from "./ramped.ts";
import { reserveColumn } from "./reserve-rows.ts";
import { revenueOf } from "./revenue.ts";

/** Less is rounding of the solver. */
const NO_MW = 1e-9;

export function readReserves(input: PlanInput, { model, solution }: Solved): ReserveShare[] {
  return input.assets.flatMap(({ id }, a) =>
    input.reserves.map(({ product }, o) => ({
      assetId: id,
      product: product.name,
      mw: Array.from({ length: input.periods.count }, (_, t) =>
        plain(solution.values[reserveColumn(model, a, o, t)] as number),
      ),
    })),
  );
}

export function readScenario(
  input: PlanInput,
  solved: Solved,
  reserves: readonly ReserveShare[],
  k: number,
): ScenarioPlan {
  const { model, solution } = solved;
  const { weightRatio } = input.scenarios[k] as Scenario;
  const assets = input.assets.map((_, a) => readAsset(input, solved, reserves, k, a));
  const tradedMw = readTrades(input, solved, assets, k);
  const worth = (rows: Int32Array | undefined) =>
    Array.from(rows ?? [], (row) =>
      row < 0 ? 0 : plain(-(solution.rowDuals[row] as number) / weightRatio),
    );
  return {
    ...{ weightRatio, assets, tradedMw },
    exportWorthEurPerMw: worth(model.marketRows[k]?.exportRows),
    importWorthEurPerMw: worth(model.marketRows[k]?.importRows),
    ...revenueOf(input, solved, { assets, tradedMw, reserves, k }),
  };
}

function readAsset(
  input: PlanInput,
  { model, solution, ramps }: Solved,
  reserves: readonly ReserveShare[],
  k: number,
  a: number,
): AssetPlan {
  const asset = input.assets[a] as PlanAsset;
  const { weightRatio } = input.scenarios[k] as Scenario;
  const { chargeMw, dischargeMw, socMwhr } = batteryOf(model.columns, k, a);
  const ramp = ramps?.[k]?.[a];
  const hr = periodHr(input.periods);
  const balance = model.balanceRows[k]?.[a] as number;
  const at = (column: number) => solution.values[column] as number;
  const list = (valueAt: (t: number) => number) =>
    Array.from({ length: input.periods.count }, (_, t) => plain(valueAt(t)));
  const outMwhr = (t: number) => hr * at(dischargeMw + t) - (ramp?.dischargeMwhr[t] ?? 0);
  const inMwhr = (t: number) => hr * at(chargeMw + t) - (ramp?.chargeMwhr[t] ?? 0);
  const activatedMwhr = input.reserves.reduce((sum, { product }) => {
    if (!product.isUp) return sum;
    const share = reserves.find((it) => it.assetId === asset.id && it.product === product.name);
    return sum + hr * product.activationRatio * sumOf(share?.mw ?? []);
  }, 0);
  const cellsMwhr = (sumOf(list(outMwhr)) + activatedMwhr) / asset.dischargeEfficiencyRatio;
  return {
    assetId: asset.id,
    mw: list((t) => at(dischargeMw + t) - at(chargeMw + t)),
    energyMwhr: list((t) => outMwhr(t) - inMwhr(t)),
    socMwhr: list((t) => at(socMwhr + t)),
    energyWorthEurPerMwhr: list((t) => -(solution.rowDuals[balance + t] as number) / weightRatio),
    cycleCount: cellsMwhr / asset.capacityMwhr,
  };
}

function readTrades(
  input: PlanInput,
  { model, solution }: Solved,
  assets: readonly AssetPlan[],
  k: number,
): number[] {
  const hr = periodHr(input.periods);
  return Array.from({ length: input.periods.count }, (_, t) => {
    // A single battery trades the energy that it moves.
    if (model.columns.trades === null) return (assets[0]?.energyMwhr[t] as number) / hr;
    const [sell, buy] = tradedColumns(model, k, t);
    return plain((solution.values[sell] as number) - (solution.values[buy] as number));
  });
}

function plain(value: number): number {
  return Math.abs(value) < NO_MW ? 0 : value;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The share of energy that a battery keeps over a period. */
export function keptOf(input: PlanInput, a: number): number {
  return keptRatio(input.assets[a] as PlanAsset, periodHr(input.periods));
}
