// The telemetry that the baselines of bench/fanout send: the same law, fleet and setpoints as Mando's.
import { makeAssets } from "./assets.ts";
import { createPlainFleet, type PlainTelemetry } from "./plain-fleet.ts";

/** What is asked of the asset at this position, so that most of them move and their figures are long. */
export function setpointMwOf(index: number): number {
  return ((index % 97) - 48) / 10;
}

/**
 * Makes a row for each asset at every instant of the grid on which Mando ticks too.
 *
 * @param onTick Takes the rows, enums as GraphQL writes them, and their instant.
 */
export function runFeed(
  assetCount: number,
  tickS: number,
  onTick: (rows: readonly PlainTelemetry[], timestamp: string) => void,
): void {
  const assets = makeAssets(assetCount);
  const fleet = createPlainFleet(assets, tickS);
  for (const [index, { id }] of assets.entries()) fleet.setSetpoint(id, setpointMwOf(index));
  const tickMs = tickS * 1000;
  let tick = Math.floor(Date.now() / tickMs);

  function wake(): void {
    // A late tick is caught up, as Mando does.
    while ((tick + 1) * tickMs <= Date.now()) {
      tick++;
      const rows = fleet.tick(tick * tickMs);
      for (const row of rows) {
        row.status = row.status.toUpperCase();
        row.limitedBy = row.limitedBy?.toUpperCase() ?? null;
      }
      onTick(rows, new Date(tick * tickMs).toISOString());
    }
    setTimeout(wake, (tick + 1) * tickMs - Date.now());
  }
  wake();
}
