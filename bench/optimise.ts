// Plans against bare HiGHS on the same matrix, each in a process of its own: time, and peak memory. It needs `npm run build`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { planCalendar } from "../src/domain/plan/calendar.ts";
import type { PlanInput } from "../src/domain/plan/input.ts";
import { RESERVE_PRODUCTS, type ReserveProduct } from "../src/domain/plan/reserve-product.ts";
import type { LinearModel } from "../src/domain/ports/solver.ts";
import { extended } from "../src/optimiser/extension.ts";
import { buildModel, type PlanModel } from "../src/optimiser/model.ts";
import { CYCLED, generatedPrices, planInput } from "../test/support/plan-input.ts";
import { median, print, printNames } from "./measure.ts";

/** The two programs take turns, so that what else the machine does meets both. */
const TURNS = 3;
const ROUNDS = 40;
const RESERVES = ["afrr_up", "afrr_down", "fcr_n", "fcr_d_up", "fcr_d_down"];

interface Case {
  readonly name: string;
  readonly input: PlanInput;
  /** What bare HiGHS solves; left out: the matrix of the plan. */
  readonly bare?: (model: PlanModel) => LinearModel;
}

const arbitrage = (count: number) => planInput(generatedPrices(count), CYCLED);

/** Five reserves whose volumes may differ in each period. */
function withReserves(count: number): PlanInput {
  const reserves = RESERVES.map((name, n) => ({
    product: { ...(RESERVE_PRODUCTS[name] as ReserveProduct), lengthMin: 15 },
    eurPerMwPerHr: generatedPrices(count).map((price, t) => Math.abs(price) / 10 + ((t + n) % 7)),
    activationEurPerMwhr: null,
  }));
  return { ...arbitrage(count), reserves };
}

/** A whole number for the direction of each period. */
function directed({ linear, columns }: PlanModel): LinearModel {
  const [battery] = columns.batteries[0] ?? [];
  const count = (battery?.dischargeMw ?? 0) - (battery?.chargeMw ?? 0);
  const first = linear.columnCosts.length;
  const rows = Array.from({ length: count }, (_, t) => [
    {
      entries: [
        [(battery?.chargeMw ?? 0) + t, 1],
        [first + t, -30],
      ] as const,
      lower: -Infinity,
      upper: 0,
    },
    {
      entries: [
        [(battery?.dischargeMw ?? 0) + t, 1],
        [first + t, 30],
      ] as const,
      lower: -Infinity,
      upper: 30,
    },
  ]).flat();
  return extended(
    linear,
    Array.from({ length: count }, () => ({ lower: 0, upper: 1 })),
    rows,
  );
}

const ALL: readonly Case[] = [
  { name: "96 arbitrage", input: arbitrage(96) },
  { name: "672 arbitrage", input: arbitrage(672) },
  { name: "672 arbitrage, directions", input: arbitrage(672), bare: directed },
  { name: "192 with 5 reserves", input: withReserves(192) },
  { name: "672 with 5 reserves", input: withReserves(672) },
  { name: "2688 with 5 reserves", input: withReserves(2688) },
];

export const CASES = ALL.map(({ name }) => name);

/** @param cases Names of cases; none: all of them. */
export function run(cases: readonly string[]): void {
  printNames(
    "ms of a plan (least), MB at most",
    "bare",
    "plan",
    "times",
    "bare MB",
    "plan MB",
    "times",
  );
  const folder = mkdtempSync(join(tmpdir(), "mando-bench-"));
  for (const it of ALL) if (cases.length === 0 || cases.includes(it.name)) measure(it, folder);
  rmSync(folder, { recursive: true });
}

function measure({ name, input, bare }: Case, folder: string): void {
  const calendar = planCalendar(input.periods, () => 0);
  const model = buildModel(input, calendar, null);
  const [bareFile, ownFile] = ["bare", "own"].map((it) => join(folder, it)) as [string, string];
  writeFileSync(bareFile, serialize({ model: bare?.(model) ?? model.linear, gapRatio: 1e-4 }));
  writeFileSync(ownFile, serialize({ input, calendar }));
  const results = Array.from({ length: TURNS }, () => [
    runProcess("optimise-bare.mjs", bareFile),
    runProcess("optimise-own.mjs", ownFile),
  ]);
  const [bareMs, ownMs] = [0, 1].map((n) =>
    Math.min(...results.map((it) => it[n]?.ms as number)),
  ) as [number, number];
  const [bareMb, ownMb] = [0, 1].map((n) => median(results.map((it) => it[n]?.mb as number))) as [
    number,
    number,
  ];
  print(name, bareMs, ownMs, ownMs / bareMs, bareMb, ownMb, ownMb / bareMb);
}

/** The least time after the first round, which loads and compiles, and the peak of memory. */
function runProcess(script: string, file: string): { readonly ms: number; readonly mb: number } {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const text = execFileSync(process.execPath, [path, file, String(ROUNDS + 1)], {
    encoding: "utf8",
  });
  const { times, peakKb } = JSON.parse(text) as { times: number[]; peakKb: number };
  return { ms: Math.min(...times.slice(1)), mb: peakKb / 1024 };
}
