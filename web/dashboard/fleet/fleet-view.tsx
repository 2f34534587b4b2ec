// The view of the fleet.
import { useMemo } from "react";
import { fleetSource } from "../chart/sources.ts";
import { TracePanel } from "../chart/trace-panel.tsx";
import type { Fleet } from "../live/fleet.ts";
import type { FleetTotals } from "../live/frame-reader.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { useTitle } from "../route/use-title.ts";
import { words } from "../text/words.ts";
import { AssetTable } from "./asset-table.tsx";
import { Summary } from "./summary.tsx";

export function FleetView({ fleet, totals }: { fleet: Fleet; totals: FleetTotals }) {
  const live = useSteadyLive();
  const source = useMemo(() => fleetSource(live), [live]);
  useTitle(words.page.fleet);
  return (
    <div className="fleet">
      <h1 className="sr-only">{words.page.fleet}</h1>
      <Summary totals={totals} />
      <TracePanel title={words.chart.powerAndSoc} source={source} name={words.page.fleet} />
      <AssetTable fleet={fleet} />
    </div>
  );
}
