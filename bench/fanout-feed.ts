// The telemetry that the baselines of bench/fanout send: the same law, fleet and setpoints as Mando's.
import { makeAssets } from "./assets.ts";
import { createPlainFleet, type PlainTelemetry } from "./plain-fleet.ts";

/** The setpoint of the asset at a position, such that most assets change and their figures are long. */
export function setpointMwOf(index: number): number {
  return ((index % 97) - 48) / 10;
}

/** Computes the rows of one tick after the other, with enums as in GraphQL. */
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

/** Runs at every instant of the grid of Mando's ticks. A late tick is caught up, as in Mando. */
export function everyTick(tickS: number, onTick: (timestampMs: number) => void): void {
  const tickMs = tickS * 1000;
  let tick = Math.floor(Date.now() / tickMs);
  const wake = () => {
    while ((tick + 1) * tickMs <= Date.now()) onTick(++tick * tickMs);
    setTimeout(wake, (tick + 1) * tickMs - Date.now());
  };
  wake();
}
