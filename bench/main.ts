// The runner of the benchmarks: all of them, or the named ones, each name followed by those of its cases.
import { parseArgs } from "node:util";

interface Benchmark {
  /** The cases that can be run by themselves. */
  readonly CASES?: readonly string[];
  run(cases: readonly string[]): Promise<void> | void;
}

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  tick: () => import("./tick.ts"),
  start: () => import("./start.ts"),
  store: () => import("./store.ts"),
  lateness: () => import("./lateness.ts"),
  query: () => import("./query.ts"),
  dispatch: () => import("./dispatch.ts"),
  fanout: () => import("./fanout.ts"),
  events: () => import("./events.ts"),
  dashboard: () => import("./dashboard.ts"),
  tracing: () => import("./tracing.ts"),
  auth: () => import("./auth.ts"),
  "data-points": () => import("./data-points.ts"),
  "fleet-points": () => import("./fleet-points.ts"),
  optimise: () => import("./optimise.ts"),
};

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { "database-url": { type: "string" } },
});
// The store is measured on the server of DATABASE_URL, in a new database.
if (values["database-url"]) process.env.DATABASE_URL = values["database-url"];
const chosen: { name: string; benchmark: Benchmark; cases: string[] }[] = [];
for (const word of words.length > 0 ? words : Object.keys(BENCHMARKS)) {
  const load = BENCHMARKS[word];
  const last = chosen.at(-1);
  if (load !== undefined) chosen.push({ name: word, benchmark: await load(), cases: [] });
  else if (last?.benchmark.CASES?.includes(word)) last.cases.push(word);
  else {
    const known = last?.benchmark.CASES ?? Object.keys(BENCHMARKS);
    const of = last?.benchmark.CASES ? `case ${word} of ${last.name}` : `benchmark ${word}`;
    process.stderr.write(`there is no ${of}: choose ${known.join(", ")}\n`);
    process.exit(2);
  }
}
for (const { name, benchmark, cases } of chosen) {
  process.stdout.write(`\n${name}\n`);
  await benchmark.run(cases);
}
