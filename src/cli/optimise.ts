// The command that plans what batteries should do, on this machine itself.
import { readFile, writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { createPlanning } from "../compose/optimiser.ts";
import { readPrices } from "../config/prices-file.ts";
import type { PlanRefusal } from "../domain/plan/refusal.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "./exit.ts";
import { inputOf, type OptimiseFlags } from "./optimise-options.ts";
import { planChart } from "./plan-chart.ts";
import { planCsv, planSummary } from "./plan-table.ts";

const list = (value: string, before: readonly string[]) => [...before, value];

export function addOptimiseCommand(program: Command): void {
  program
    .command("optimise")
    .argument("<prices>", "CSV of prices, with a row per period")
    .description("plan what a battery should do at given prices, and what it earns")
    .option("--asset <name>", "battery of the assets file; several behind one connection", list, [])
    .option("--assets <file>", "the assets file", "assets.yaml")
    .option("--power-mw <mw>", "power of a battery that is in no file")
    .option("--capacity-mwhr <mwh>", "its capacity")
    .option("--efficiency <ratio>", "its efficiency in each direction", "0.95")
    .option(
      "--start-soc-mwhr <mwh>",
      "stored energy at the start (default: that of its first start)",
    )
    .option("--end-soc-mwhr <mwh>", "least stored energy at the end")
    .option("--end-value <eur>", "worth of a MWh that is left at the end", "0")
    .option("--wear <eur>", "wear per MWh, half of it in each direction", "0")
    .option("--cycles <count>", "most full cycles a day")
    .addOption(
      new Option("--cycle-side <side>", "what counts")
        .choices(["charge", "discharge", "both"])
        .default("discharge"),
    )
    .option("--fee <eur>", "fee per MWh that is traded", "0")
    .option("--max-import-mw <mw>", "limit of the connection")
    .option("--max-export-mw <mw>", "limit of the connection")
    .option(
      "--closed <from/until[=eur]>",
      "window without trade, or with a price of a breach",
      list,
      [],
    )
    .option(
      "--soc-target <mwh@instant[=eur]>",
      "least stored energy, or with a price of a breach",
      list,
      [],
    )
    .option("--no-ramp", "power steps from period to period")
    .option("--tick-seconds <s>", "tick of the fleet, for ramps", "4")
    .option("--lots", "round reserves to the lots of their products")
    .option("--lot-mw <mw>", "round energy to this lot")
    .option("--exact", "search for the best rounding")
    .option("--profiles <count>", "profiles of the exclusive group, in bids", "0")
    .option("--time-limit <s>", "how long may be computed", "60")
    .option("--time-zone <name>", "zone of the market, like Europe/Helsinki", "UTC")
    .option("--out <file>", "write the plan as CSV (default: standard output)")
    .option("--chart <file>", "draw the plan as SVG")
    .option("--bids <file>", "write bids as JSON: curves, pairs of blocks, profiles")
    .action(optimise);
}

async function optimise(
  file: string,
  flags: OptimiseFlags & { readonly bids?: string },
): Promise<void> {
  const prices = readPrices(await textOf(file), flags.timeZone);
  if ("refusal" in prices) return refuse(prices.refusal);
  const { input, names } = await inputOf(flags, prices);
  const { plans, stop } = createPlanning();
  const outcome = await plans.optimise(input);
  await stop();
  if ("refusal" in outcome) return refuse(outcome.refusal);
  const { plan } = outcome;
  const csv = planCsv(input, plan, names);
  const title = [...names.values()].join(", ");
  await write(flags.chart, () => planChart(input, plan, title));
  await write(flags.bids, () => `${JSON.stringify(plan.bids, null, 1)}\n`);
  await write(flags.out, () => csv);
  if (flags.out === undefined) process.stdout.write(csv);
  (flags.out === undefined ? process.stderr : process.stdout).write(planSummary(plan));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    return fail((error as Error).message, EXIT_REFUSED);
  }
}

async function write(file: string | undefined, text: () => string): Promise<void> {
  if (file === undefined) return;
  try {
    await writeFile(file, text());
  } catch (error) {
    fail((error as Error).message, EXIT_FAULT);
  }
}

function refuse({ code, message }: PlanRefusal): never {
  return fail(`${code}: ${message}`, code === "OPTIMISER_FAILED" ? EXIT_FAULT : EXIT_REFUSED);
}
