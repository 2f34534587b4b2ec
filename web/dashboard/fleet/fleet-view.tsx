// The view of the fleet.
import type { Fleet } from "../live/fleet.ts";
import type { FleetTotals } from "../live/frame-reader.ts";
import { useTitle } from "../route/use-title.ts";
import { words } from "../text/words.ts";
import { AssetTable } from "./asset-table.tsx";
import { FleetActions } from "./fleet-actions.tsx";
import { FleetChart } from "./fleet-chart.tsx";
import { Summary } from "./summary.tsx";

export function FleetView({ fleet, totals }: { fleet: Fleet; totals: FleetTotals }) {
  useTitle(words.page.fleet);
  return (
    <div className="fleet">
      <h1 className="sr-only">{words.page.fleet}</h1>
      <Summary totals={totals} />
      <FleetActions />
      <FleetChart fleet={fleet} />
      <AssetTable fleet={fleet} />
    </div>
  );
}
