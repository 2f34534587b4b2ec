// The tables that bench/fanout prints, each with its targets.
import type { CaseName } from "./fanout-cases.ts";
import type { ServerName } from "./fanout-contest.ts";
import type { Slowed, Steady } from "./fanout-measure.ts";

/** The targets: the cost of the recipe over that of Mando at least, and the cost of Mando over that of the bare bytes at most. */
const CPU_TARGETS: Partial<Record<CaseName, { readonly recipe: number; readonly bare: number }>> = {
  websocket: { recipe: 8, bare: 1.5 },
  sse: { recipe: 8, bare: 1.5 },
  own: { recipe: 2.5, bare: 2 },
};
const LATENCY_TARGET_MS = 1_000;
const GROWTH_TARGET_MB = 64;
/** How much later the other clients may get their events while some clients are slow. */
const HARM_TARGET_RATIO = 1.5;

/** The figures of Mando, and of the baselines that serve their clients. */
export type Measured<T> = { readonly Mando: T } & { readonly [N in ServerName]?: T };

/** Figures by their headings. */
export type Columns<T> = Readonly<Record<string, (found: T) => number>>;

export const STEADY: Columns<Steady> = {
  "CPU us/event": ({ cpuUs }) => cpuUs,
  "middle tick": ({ middleUs }) => middleUs,
  "idle ms/tick": ({ idleMs }) => idleMs,
  "kB/event": ({ lap }) => lap.bytes / lap.events / 1000,
  "events each": ({ lap }) => lap.fewest,
  "of ticks": ({ ticks }) => ticks,
  "read whole": ({ lap }) => lap.read,
  "p50 ms": ({ lap }) => lap.p50Ms,
  "p99 ms": ({ lap }) => lap.p99Ms,
  "RSS MB": ({ rssMb }) => rssMb,
};

export const SLOWED: Columns<Slowed> = {
  "RSS grew MB": ({ growthMb }) => growthMb,
  "slow cut off": ({ after }) => after.slowLost,
  "events each": ({ after }) => after.fewest,
  "of ticks": ({ ticks }) => ticks,
  "read whole": ({ after }) => after.read,
  "p99 before": ({ before }) => before.p99Ms,
  "p99 after": ({ after }) => after.p99Ms,
};

export function judgeSteady(name: CaseName, found: Measured<Steady>): void {
  const { Mando, recipe, bare } = found;
  const targets = CPU_TARGETS[name];
  if (recipe)
    judge("recipe to Mando", recipe.cpuUs / Mando.cpuUs, targets && { least: targets.recipe });
  if (bare) judge("Mando to bare", Mando.cpuUs / bare.cpuUs, targets && { most: targets.bare });
  if (name === "latency") judge("p99 of Mando, ms", Mando.lap.p99Ms, { most: LATENCY_TARGET_MS });
}

export function judgeSlowed({ Mando }: Measured<Slowed>): void {
  judge("RSS of Mando grew, MB", Mando.growthMb, { most: GROWTH_TARGET_MB });
  judge("p99 of others, ms", Mando.after.p99Ms, { most: LATENCY_TARGET_MS });
  judge("p99 after to before", Mando.after.p99Ms / Mando.before.p99Ms, { most: HARM_TARGET_RATIO });
}

interface Target {
  readonly least?: number;
  readonly most?: number;
}

function judge(label: string, value: number, target?: Target): void {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = target ?? {};
  const wanted = target?.least === undefined ? `at most ${most}` : `at least ${least}`;
  const isMet = value >= least && value <= most;
  printRow(label, value, ...(target ? [`  ${wanted}: ${isMet ? "met" : "missed"}`] : []));
}

/** Prints a label and its values. */
export function printRow(label: string, ...cells: readonly (string | number)[]): void {
  const texts = cells.map((cell) =>
    (typeof cell === "number" ? String(Number(cell.toPrecision(4))) : cell).padStart(12),
  );
  process.stdout.write(`  ${label.padEnd(22)} ${texts.join(" ")}\n`);
}
