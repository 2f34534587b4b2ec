// The view of the fleet.
import type { Fleet } from "../live/fleet.ts";
import { useTitle } from "../route/use-title.ts";
import { words } from "../text/words.ts";
import { AssetTable } from "./asset-table.tsx";
import { FleetActions } from "./fleet-actions.tsx";
import { FleetChart } from "./fleet-chart.tsx";
import { Summary } from "./summary.tsx";

/** The assets are shown at once, and all that is drawn of reports from the first one on. */
export function FleetView({ fleet }: { fleet: Fleet }) {
  const { totals } = fleet;
  useTitle(words.page.fleet);
  return (
    <div className="fleet">
      <h1 className="sr-only">{words.page.fleet}</h1>
      {totals === undefined ? (
        <div className="skeleton figures" />
      ) : (
        <Summary totals={totals} assets={fleet.assets} />
      )}
      <FleetActions />
      {totals === undefined ? (
        <div className="skeleton chart-space" />
      ) : (
        <FleetChart fleet={fleet} />
      )}
      <AssetTable fleet={fleet} />
    </div>
  );
}
