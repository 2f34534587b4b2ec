// The tables that bench/fanout prints, each with the marks that Mando is to meet.
import type { CaseName } from "./fanout-cases.ts";
import type { ServerName } from "./fanout-contest.ts";
import type { Slowed, Steady } from "./fanout-measure.ts";

/** How many times less than the recipe at least, and how many times the bare bytes at most. */
const CPU_MARKS: Partial<Record<CaseName, { readonly recipe: number; readonly bare: number }>> = {
  websocket: { recipe: 8, bare: 1.5 },
  sse: { recipe: 8, bare: 1.5 },
  own: { recipe: 2.5, bare: 2 },
};
const LATENCY_MARK_MS = 1_000;
const GROWTH_MARK_MB = 64;
/** How much later the others may get their events while some clients are slow. */
const HARM_MARK_RATIO = 1.5;

export function printSteady(name: CaseName, found: Record<ServerName, Steady>): void {
  row(
    "",
    "CPU us/event",
    "kB/event",
    "events",
    "of ticks",
    "read whole",
    "p50 ms",
    "p99 ms",
    "RSS MB",
  );
  for (const [server, { cpuUs, lap, ticks, rssMb }] of Object.entries(found)) {
    const kilobytes = lap.bytes / lap.events / 1000;
    row(server, cpuUs, kilobytes, lap.fewest, ticks, lap.read, lap.p50Ms, lap.p99Ms, rssMb);
  }
  const { Mando, recipe, bare } = found;
  const marks = CPU_MARKS[name];
  const toRecipe = recipe.cpuUs / Mando.cpuUs;
  const toBare = Mando.cpuUs / bare.cpuUs;
  verdict(
    "recipe to Mando",
    toRecipe,
    marks && [`at least ${marks.recipe}`, toRecipe >= marks.recipe],
  );
  verdict("Mando to bare", toBare, marks && [`at most ${marks.bare}`, toBare <= marks.bare]);
  if (name === "latency")
    verdict("p99 of Mando, ms", Mando.lap.p99Ms, [
      `under ${LATENCY_MARK_MS}`,
      Mando.lap.p99Ms < LATENCY_MARK_MS,
    ]);
}

export function printSlowed(found: Record<ServerName, Slowed>): void {
  row(
    "",
    "RSS grew MB",
    "slow cut off",
    "fewest",
    "of ticks",
    "p99 before",
    "p99 after",
    "after:before",
  );
  for (const [server, { before, after, ticks, growthMb }] of Object.entries(found)) {
    const harm = after.p99Ms / before.p99Ms;
    row(server, growthMb, after.slowLost, after.fewest, ticks, before.p99Ms, after.p99Ms, harm);
  }
  const { growthMb, before, after } = found.Mando;
  const harm = after.p99Ms / before.p99Ms;
  verdict("RSS of Mando grew, MB", growthMb, [
    `under ${GROWTH_MARK_MB}`,
    growthMb < GROWTH_MARK_MB,
  ]);
  verdict("p99 after to before", harm, [`at most ${HARM_MARK_RATIO}`, harm <= HARM_MARK_RATIO]);
}

function verdict(
  label: string,
  value: number,
  mark?: readonly [text: string, isMet: boolean],
): void {
  const [text, isMet] = mark ?? [];
  row(label, value, ...(text === undefined ? [] : [`  ${text}: ${isMet ? "met" : "missed"}`]));
}

function row(label: string, ...cells: readonly (string | number)[]): void {
  const texts = cells.map((cell) =>
    (typeof cell === "number" ? String(Number(cell.toPrecision(4))) : cell).padStart(12),
  );
  process.stdout.write(`  ${label.padEnd(22)} ${texts.join(" ")}\n`);
}
