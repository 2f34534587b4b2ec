// The cost of live telemetry for many clients: Mando, the documented recipe, and the same bytes sent bare, in the
// same run.
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { type CaseName, FANOUT_CASES, type FanoutCase } from "./fanout-cases.ts";
import type { ServerName } from "./fanout-contest.ts";
import { measureSlowed, measureSteady } from "./fanout-measure.ts";
import {
  type Columns,
  judgeSlowed,
  judgeSteady,
  type Measured,
  printRow,
  SLOWED,
  STEADY,
} from "./fanout-report.ts";
import { print } from "./measure.ts";

export const CASES = Object.keys(FANOUT_CASES) as CaseName[];

const SERVERS: readonly ServerName[] = ["Mando", "recipe", "bare"];
/** The files that one process has open beside the sockets of its clients. */
const OTHER_FILES = 100;

/** @param cases The cases to run; none: all cases. */
export async function run(cases: readonly string[]): Promise<void> {
  const files = openFilesLimit();
  const load = loadavg().map((value) => value.toFixed(2));
  print(
    `Node ${process.version}, ${cpus().length} cores, load ${load[0]}, ${files} files a process`,
  );
  for (const name of CASES.filter((name) => cases.length === 0 || cases.includes(name))) {
    const it: FanoutCase = FANOUT_CASES[name];
    process.stdout.write(`\n  ${name}: ${it.title}, a tick of ${it.tickS} s\n`);
    if (it.clientCount + OTHER_FILES > files)
      print(`left out: a process may not open ${it.clientCount} sockets here, see ulimit -n`);
    else if (name === "slow") judgeSlowed(await measureAll(name, measureSlowed, SLOWED));
    else judgeSteady(name, await measureAll(name, measureSteady, STEADY));
  }
}

/** Measures one server after the other, so that each has the machine to itself. */
async function measureAll<T>(
  name: CaseName,
  measure: (server: ServerName, name: CaseName) => Promise<T>,
  columns: Columns<T>,
): Promise<Measured<T>> {
  const found: Partial<Record<ServerName, T>> = {};
  printRow("", ...Object.keys(columns));
  for (const server of SERVERS) {
    const one = await measure(server, name).catch((error) => noFigures(server, error));
    if (one === undefined) continue;
    printRow(server, ...Object.values(columns).map((figure) => figure(one)));
    found[server] = one;
  }
  return found as Measured<T>;
}

/** A baseline that does not serve its clients has a row that says so, and no figures. */
function noFigures(server: ServerName, error: unknown): undefined {
  if (server === "Mando") throw error;
  printRow(server, `  does not serve its clients: ${(error as Error).message.split("\n")[0]}`);
}

function openFilesLimit(): number {
  // Node has raised its own soft limit to the hard one, and a child inherits it.
  const { stdout } = spawnSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" });
  return Number(stdout) || Number.POSITIVE_INFINITY;
}
