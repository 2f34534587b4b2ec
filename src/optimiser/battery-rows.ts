// The rows of one battery in one scenario: its balance of energy, its ramp, cycles, wear, and limits of SoC.
import { MINUTE_MS, periodHr } from "../domain/plan/calendar.ts";
import type { PlanAsset, PlanInput } from "../domain/plan/input.ts";
import type { Draft } from "./draft.ts";
import { limitsOf, within } from "./limits.ts";
import { type BatteryColumns, batteryOf } from "./plan-columns.ts";
import type { RampEnergy } from "./ramp-energies.ts";

/** What the rows of a battery need. */
interface Battery {
  readonly draft: Draft;
  readonly asset: PlanAsset;
  readonly a: number;
  readonly columns: BatteryColumns;
  readonly ramp: RampEnergy | null;
  readonly hr: number;
  readonly count: number;
}

/** Returns the first of the rows of the balance, one per period. */
export function addBatteryRows(draft: Draft, k: number, a: number): number {
  const battery: Battery = {
    ...{ draft, a },
    asset: draft.input.assets[a] as PlanAsset,
    columns: batteryOf(draft.columns, k, a),
    ramp: draft.ramps?.[k]?.[a] ?? null,
    hr: periodHr(draft.input.periods),
    count: draft.input.periods.count,
  };
  const first = addBalances(battery);
  if (battery.ramp !== null) narrowSoc(battery, battery.ramp);
  addRamp(battery);
  addCycles(battery);
  addBands(battery);
  addSocLimits(battery);
  return first;
}

/** The share of stored energy that is left at the end of a period. */
export function keptRatio({ hourlyRetentionRatio }: PlanAsset, hr: number): number {
  return hourlyRetentionRatio ** hr;
}

function addBalances(battery: Battery): number {
  const { asset, columns, ramp, hr, count } = battery;
  const { builder } = battery.draft;
  const kept = keptRatio(asset, hr);
  const [inward, outward] = [asset.chargeEfficiencyRatio, 1 / asset.dischargeEfficiencyRatio];
  let first = -1;
  for (let t = 0; t < count; t++) {
    builder.put(columns.socMwhr + t, 1);
    if (t > 0) builder.put(columns.socMwhr + t - 1, -kept);
    builder.put(columns.chargeMw + t, -kept * inward * hr);
    builder.put(columns.dischargeMw + t, kept * outward * hr);
    for (const { column, offer } of activated(battery, t)) {
      const { isUp, isDown, activationRatio } = offer.product;
      const cellsMwhr = (isDown ? inward : 0) - (isUp ? outward : 0);
      builder.put(column, -kept * hr * activationRatio * cellsMwhr);
    }
    const rampMwhr =
      ramp === null
        ? 0
        : outward * (ramp.dischargeMwhr[t] as number) - inward * (ramp.chargeMwhr[t] as number);
    const mwhr = kept * (rampMwhr + (t === 0 ? asset.startSocMwhr : 0));
    const row = builder.endRow(mwhr, mwhr);
    if (t === 0) first = row;
  }
  return first;
}

/** The reserves of a battery that are expected to be activated, in a period. */
function activated({ draft, a }: Battery, t: number) {
  const { reserves, products } = draft.columns;
  return draft.input.reserves.flatMap((offer, o) =>
    offer.product.activationRatio === 0
      ? []
      : [{ offer, column: (reserves[a]?.[o] as number) + (products[o]?.[t] as number) }],
  );
}

/** Where a ramp changes the direction within a period, stored energy turns inside it. */
function narrowSoc({ draft, asset, columns, count }: Battery, ramp: RampEnergy): void {
  for (let t = 0; t + 1 < count; t++)
    draft.builder.setBounds(
      columns.socMwhr + t,
      asset.minSocMwhr + (ramp.belowMwhr[t + 1] as number),
      asset.maxSocMwhr - (ramp.aboveMwhr[t + 1] as number),
    );
}

/** A ramp ends within its period. */
function addRamp({ draft, asset, columns, hr, count }: Battery): void {
  const { ramp } = asset;
  if (ramp === null) return;
  const stepMw = ramp.rateMwPerMin * 60 * hr;
  if (stepMw >= asset.maxMw - asset.minMw) return;
  for (let t = 0; t < count; t++) {
    draft.builder.put(columns.dischargeMw + t, 1);
    draft.builder.put(columns.chargeMw + t, -1);
    if (t > 0) draft.builder.put(columns.dischargeMw + t - 1, -1);
    if (t > 0) draft.builder.put(columns.chargeMw + t - 1, 1);
    const lastMw = t === 0 ? ramp.startMw : 0;
    draft.require(lastMw - stepMw, lastMw + stepMw, {
      ...{ kind: "ramp", period: t, assetId: asset.id, unit: "MW" },
    });
  }
}

function addCycles(battery: Battery): void {
  const { cycleLimit } = battery.asset;
  if (cycleLimit === null) return;
  const { dayCount } = battery.draft.calendar;
  const mostMwhr = cycleLimit.dailyCount * battery.asset.capacityMwhr;
  for (let day = 0; day < dayCount; day++) {
    if (cycleLimit.side !== "charge") addDailyCycles(battery, day, "discharge", mostMwhr);
    if (cycleLimit.side !== "discharge") addDailyCycles(battery, day, "charge", mostMwhr);
  }
}

function addDailyCycles(
  battery: Battery,
  day: number,
  side: "charge" | "discharge",
  mostMwhr: number,
): void {
  const { draft, asset, columns, ramp, hr, count } = battery;
  const { days } = draft.calendar;
  const isOut = side === "discharge";
  const ratio = isOut ? 1 / asset.dischargeEfficiencyRatio : asset.chargeEfficiencyRatio;
  const column = isOut ? columns.dischargeMw : columns.chargeMw;
  const entries = new Map<number, number>();
  let rampMwhr = 0;
  for (let t = days.indexOf(day); t < count && days[t] === day; t++) {
    draft.builder.put(column + t, hr * ratio);
    if (ramp !== null)
      rampMwhr += ratio * ((isOut ? ramp.dischargeMwhr[t] : ramp.chargeMwhr[t]) as number);
    for (const { column: reserve, offer } of activated(battery, t)) {
      const { isUp, isDown, activationRatio } = offer.product;
      if (isOut ? isUp : isDown)
        entries.set(reserve, (entries.get(reserve) ?? 0) + hr * ratio * activationRatio);
    }
  }
  for (const [reserve, value] of entries) draft.builder.put(reserve, value);
  draft.require(-Infinity, mostMwhr + rampMwhr, {
    ...{ kind: "cycleLimit", period: days.indexOf(day), assetId: asset.id, unit: "MWh" },
  });
}

/** Stored energy lies in bands, and each MWh that leaves one has its price. */
function addBands({ draft, asset, columns, hr, count }: Battery): void {
  const { builder } = draft;
  if (columns.bands.length === 0) return;
  const kept = keptRatio(asset, hr);
  const startMwhr = bandStarts(asset);
  for (let t = 0; t < count; t++) {
    for (const { socMwhr } of columns.bands) builder.put(socMwhr + t, 1);
    builder.put(columns.socMwhr + t, -1);
    builder.endRow(0, 0);
    for (const [n, { socMwhr, inMwhr, outMwhr }] of columns.bands.entries()) {
      builder.put(socMwhr + t, 1);
      if (t > 0) builder.put(socMwhr + t - 1, -kept);
      builder.put(inMwhr + t, -1);
      builder.put(outMwhr + t, 1);
      const start = t === 0 ? kept * (startMwhr[n] as number) : 0;
      builder.endRow(start, start);
    }
  }
}

/** What lies in each band at the start: the least SoC in the deepest ones, the rest in the cheapest. */
function bandStarts({ wear, capacityMwhr, minSocMwhr, startSocMwhr }: PlanAsset): number[] {
  const sizes = wear.bands.map(({ capacityRatio }) => capacityRatio * capacityMwhr);
  const base = fill(sizes.toReversed(), minSocMwhr).reverse();
  const above = fill(
    sizes.map((size, n) => size - (base[n] as number)),
    startSocMwhr - minSocMwhr,
  );
  return base.map((mwhr, n) => mwhr + (above[n] as number));
}

function fill(sizes: readonly number[], mwhr: number): number[] {
  let left = mwhr;
  return sizes.map((size) => {
    const part = Math.min(size, left);
    left -= part;
    return part;
  });
}

/** The period at whose end an instant is. */
export function targetPeriod({ periods }: PlanInput, atMs: number): number {
  return Math.ceil((atMs - periods.startMs) / (periods.lengthMin * MINUTE_MS)) - 1;
}

function addSocLimits({ draft, asset, columns, count }: Battery): void {
  const { input, builder } = draft;
  const of = { assetId: asset.id, unit: "MWh" } as const;
  for (const limit of limitsOf(input, "soc"))
    if (limit.assetId === asset.id)
      within(input, limit, (t) => {
        builder.put(columns.socMwhr + t, 1);
        const [least, most] = [limit.minSocMwhr ?? -Infinity, limit.maxSocMwhr ?? Infinity];
        draft.require(least, most, { kind: "soc", period: t, ...of });
      });
  for (const target of limitsOf(input, "socTarget")) {
    if (target.assetId !== asset.id) continue;
    const { minSocMwhr, breachEurPerMwhr } = target;
    const t = targetPeriod(input, target.atMs);
    builder.put(columns.socMwhr + t, 1);
    if (breachEurPerMwhr !== undefined) {
      const missing = builder.addColumns(1, 0, Infinity);
      builder.addCost(missing, breachEurPerMwhr);
      builder.put(missing, 1);
    }
    draft.require(minSocMwhr, Infinity, { kind: "socTarget", period: t, ...of });
  }
  if (asset.endSocMwhr === null) return;
  builder.put(columns.socMwhr + count - 1, 1);
  draft.require(asset.endSocMwhr, Infinity, { kind: "endSoc", period: count - 1, ...of });
}
