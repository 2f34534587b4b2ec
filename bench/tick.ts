// One tick with its frame: the fleet in columns against a Map of asset objects, in the same run.
import type { Asset } from "../src/domain/asset.ts";
import { createFleetTable } from "../src/domain/fleet-table.ts";
import { createTelemetry } from "../src/services/telemetry.ts";
import { createSimulator } from "../src/simulator/simulator.ts";
import { median, print, timeMs } from "./measure.ts";
import { createPlainFleet, type PlainTelemetry } from "./plain-fleet.ts";

const DT_S = 4;
const ROUNDS = 31;
const SITE = { id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01", name: "Bench", location: "Bench" };

export function run(): void {
  print(
    "assets, ms per tick (median of 31)",
    "        plain",
    "      columns",
    "       times",
    "  assets/s",
  );
  for (const count of [1_000, 100_000, 1_000_000]) {
    const assets = makeAssets(count);
    const plainMs = median(timePlain(assets));
    const columnsMs = median(timeColumns(assets));
    print(
      count.toLocaleString("en"),
      plainMs,
      columnsMs,
      plainMs / columnsMs,
      (count / columnsMs) * 1000,
    );
  }
}

function timeColumns(assets: readonly Asset[]): number[] {
  const simulator = createSimulator(createFleetTable([SITE], assets), DT_S, 0);
  const telemetry = createTelemetry(simulator.latest(), 5);
  assets.forEach((_, index) => {
    simulator.setSetpoint(index, setpointOf(index), 0);
  });
  let tick = 0;
  return rounds(() => telemetry.publish(simulator.tick(++tick, telemetry.spare())));
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

/** Warms up first, so that both run as they do after a minute. */
function rounds(work: () => void): number[] {
  for (let round = 0; round < ROUNDS; round++) work();
  return Array.from({ length: ROUNDS }, () => timeMs(work));
}

function setpointOf(index: number): number {
  return (index % 13) - 6;
}

function makeAssets(count: number): Asset[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`,
    siteId: SITE.id,
    name: `BESS-${index}`,
    capacityMwhr: 10 + (index % 7),
    maxMw: 5 + (index % 3),
    minMw: -5,
    rampRateMwPerMin: 10 + (index % 11),
    efficiency: 0.92,
    socMinRatio: 0,
    socMaxRatio: 1,
    initialSocPct: 50,
  }));
}
