// The telemetry that the baselines of bench/fanout send: the same law, fleet and setpoints as Mando's.
import { makeAssets } from "./assets.ts";
import { createPlainFleet, type PlainTelemetry } from "./plain-fleet.ts";

/** What is asked of the asset at this position, so that most of them move and their figures are long. */
export function setpointMwOf(index: number): number {
  return ((index % 97) - 48) / 10;
}

/** Makes the rows of one tick after the other, enums as GraphQL writes them. */
export function createFeed(assetCount: number, tickS: number) {
  const assets = makeAssets(assetCount);
  const fleet = createPlainFleet(assets, tickS);
  for (const [index, { id }] of assets.entries()) fleet.setSetpoint(id, setpointMwOf(index));
  return (timestampMs: number): readonly PlainTelemetry[] => {
    const rows = fleet.tick(timestampMs);
    for (const row of rows) {
      row.status = row.status.toUpperCase();
      row.limitedBy = row.limitedBy?.toUpperCase() ?? null;
    }
    return rows;
  };
}

/** Runs at every instant of the grid on which Mando ticks too. A late tick is caught up, as Mando does. */
export function everyTick(tickS: number, onTick: (timestampMs: number) => void): void {
  const tickMs = tickS * 1000;
  let tick = Math.floor(Date.now() / tickMs);
  const wake = () => {
    while ((tick + 1) * tickMs <= Date.now()) onTick(++tick * tickMs);
    setTimeout(wake, (tick + 1) * tickMs - Date.now());
  };
  wake();
}
