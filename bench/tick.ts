// One tick with its frame: the fleet in columns against a Map of asset objects, in the same run.
import { createManualClock } from "../src/adapters/memory/clock.ts";
import { systemChance } from "../src/adapters/system/chance.ts";
import { createKernel } from "../src/compose/kernel.ts";
import { createAssetsFile } from "../src/config/fleet.ts";
import type { Asset } from "../src/domain/fleet/asset.ts";
import { createFleetTable } from "../src/domain/fleet/fleet-table.ts";
import { makeAssets, SITE } from "./assets.ts";
import { silent } from "./database.ts";
import { median, print, timeMs } from "./measure.ts";
import { createPlainFleet, type PlainTelemetry } from "./plain-fleet.ts";

const DT_S = 4;
const ROUNDS = 31;
const COUNTS = [1_000, 100_000, 1_000_000];

export const CASES = COUNTS.map((count) => count.toLocaleString("en"));

/** @param cases Numbers of assets; none: all of them. */
export function run(cases: readonly string[]): void {
  print(
    "assets, ms per tick (median of 31)",
    "        plain",
    "      columns",
    "       times",
    "  assets/s",
  );
  for (const count of COUNTS) {
    const name = count.toLocaleString("en");
    if (cases.length > 0 && !cases.includes(name)) continue;
    const assets = makeAssets(count);
    const plainMs = median(timePlain(assets));
    const columnsMs = median(timeColumns(assets));
    print(name, plainMs, columnsMs, plainMs / columnsMs, (count / columnsMs) * 1000);
  }
}

function timeColumns(assets: readonly Asset[]): number[] {
  const { simulator, telemetry } = createKernel({
    ...{ clock: createManualClock(0), chance: systemChance, log: silent, dtS: DT_S },
    loaded: { table: createFleetTable([SITE], assets), origin: "file" },
    file: createAssetsFile("missing.yaml"),
    limits: { recentFrames: 5, mayPrune: false },
  });
  assets.forEach((_, index) => {
    simulator.setSetpoint(index, setpointOf(index), 0);
  });
  let tick = 0;
  return rounds(() => telemetry.publish(simulator.tick(++tick, telemetry.spare(simulator.table))));
}

function timePlain(assets: readonly Asset[]): number[] {
  const fleet = createPlainFleet(assets, DT_S);
  const recent: PlainTelemetry[][] = [];
  assets.forEach(({ id }, index) => {
    fleet.setSetpoint(id, setpointOf(index));
  });
  let tick = 0;
  return rounds(() => {
    if (recent.length === 5) recent.shift();
    recent.push(fleet.tick(++tick * DT_S * 1000));
  });
}

/** Times the rounds after a warm-up, so that both fleets run as they do after a minute. */
function rounds(work: () => void): number[] {
  for (let round = 0; round < ROUNDS; round++) work();
  return Array.from({ length: ROUNDS }, () => timeMs(work));
}

function setpointOf(index: number): number {
  return (index % 13) - 6;
}
