// The view of the fleet.
import { useEffect, useMemo } from "react";
import { fleetSource } from "../chart/sources.ts";
import { TracePanel } from "../chart/trace-panel.tsx";
import type { Fleet } from "../live/fleet.ts";
import type { FleetTotals } from "../live/frame-reader.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { AssetTable } from "./asset-table.tsx";
import { Summary } from "./summary.tsx";

export function FleetView({ fleet, totals }: { fleet: Fleet; totals: FleetTotals }) {
  const live = useSteadyLive();
  const source = useMemo(() => fleetSource(live), [live]);
  useEffect(() => {
    document.title = "Fleet · Mando";
  }, []);
  return (
    <>
      <h1 className="sr-only">Fleet</h1>
      <Summary totals={totals} />
      <TracePanel title="Power and state of charge" source={source} />
      <AssetTable fleet={fleet} />
    </>
  );
}
