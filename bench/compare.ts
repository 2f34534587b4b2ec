// Compares two checkouts: their benchmarks run in turns, and the medians of the rounds are set against each other.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { median, print } from "./measure.ts";

/** A figure that a benchmark prints, and how it is found in its output. */
interface Figure {
  readonly args: readonly string[];
  /** Matches the line of the figure; its columns of numbers follow. */
  readonly row: RegExp;
  /** Which column, from 0. */
  readonly column: number;
  readonly unit: string;
  readonly isLessBetter: boolean;
}

const fanout = (name: string): Figure => ({
  args: ["fanout", name],
  row: /^ {2}Mando\b/,
  column: 0,
  unit: "CPU us/event",
  isLessBetter: true,
});
const dispatch = (column: number): Figure => ({
  args: ["dispatch", "memory"],
  row: /^ {2}in memory\b/,
  column,
  unit: "dispatches/s",
  isLessBetter: false,
});

const CASES: Readonly<Record<string, Figure>> = {
  tick: {
    args: ["tick", "100,000"],
    row: /^ {2}100,000\b/,
    column: 1,
    unit: "ms per tick",
    isLessBetter: true,
  },
  store: {
    args: ["store", "writes"],
    row: /^ {2}10,000\b/,
    column: 0,
    unit: "rows/s",
    isLessBetter: false,
  },
  websocket: fanout("websocket"),
  sse: fanout("sse"),
  own: fanout("own"),
  "dispatch-rest": dispatch(0),
  "dispatch-graphql": dispatch(1),
  "dispatch-bulk": dispatch(2),
};

const ROUNDS = 5;
/** How much worse the newer checkout may be, where the older one against itself spreads less. */
const MOST_WORSE = 0.1;

const [oldPath, newPath, ...names] = process.argv.slice(2);
if (oldPath === undefined || newPath === undefined || names.some((name) => !(name in CASES))) {
  process.stderr.write(
    `usage: tsx bench/compare.ts OLD NEW CASE...\nOLD and NEW are folders of built checkouts; a CASE is one of ${Object.keys(CASES).join(", ")}\n`,
  );
  process.exit(2);
}

print(
  `median of ${ROUNDS}`.padEnd(34),
  "         old",
  "         new",
  "     old, again",
  "  new to old",
  "  old to old",
);
const chosen = names.length > 0 ? names : Object.keys(CASES);
let isWorse = false;
for (const args of new Set(chosen.map((name) => argsOf(name).join(" "))))
  compare(chosen.filter((name) => argsOf(name).join(" ") === args));
process.exit(isWorse ? 1 : 0);

function argsOf(name: string): readonly string[] {
  return (CASES[name] as Figure).args;
}

/** Compares cases that one run of a benchmark measures together. */
function compare(cases: readonly string[]): void {
  const folders = [
    resolve(oldPath as string),
    resolve(newPath as string),
    resolve(oldPath as string),
  ];
  const found = folders.map(() => cases.map((): number[] => []));
  for (let round = 0; round < ROUNDS; round++)
    for (const [turn, folder] of folders.entries()) {
      const output = runBenchmark(folder, argsOf(cases[0] as string));
      for (const [index, name] of cases.entries())
        found[turn]?.[index]?.push(figureOf(output, CASES[name] as Figure));
    }
  for (const [index, name] of cases.entries())
    judge(
      name,
      found.map((turn) => median(turn[index] as number[])),
    );
}

function judge(name: string, [before, after, again]: readonly number[]): void {
  const { unit, isLessBetter } = CASES[name] as Figure;
  const ratio = (after as number) / (before as number);
  const spread = (again as number) / (before as number);
  const worse = isLessBetter ? ratio - 1 : 1 / ratio - 1;
  const most = Math.max(MOST_WORSE, Math.abs(spread - 1));
  const outcome = worse <= most ? "as good" : `worse by ${Math.round(worse * 100)} %`;
  isWorse ||= worse > most;
  print(
    `${name}, ${unit}`,
    before as number,
    after as number,
    again as number,
    ratio,
    spread,
    outcome,
  );
}

function runBenchmark(folder: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync("npx", ["tsx", "bench/main.ts", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${args.join(" ")} failed in ${folder}: ${stderr}`);
  return stdout;
}

function figureOf(output: string, { row, column }: Figure): number {
  const line = output.split("\n").find((it) => row.test(it));
  const cells = line?.replace(row, "").match(/-?\d+(\.\d+)?(e[+-]?\d+)?/g) ?? [];
  const value = Number(cells[column]);
  if (!Number.isFinite(value)) throw new Error(`no figure in: ${output}`);
  return value;
}
