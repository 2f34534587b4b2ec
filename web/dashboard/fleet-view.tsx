// The view of the fleet.
import { useEffect, useMemo } from "react";
import { AssetTable } from "./asset-table.tsx";
import type { Fleet } from "./fleet.ts";
import type { FleetTotals } from "./frame-reader.ts";
import { fleetSource } from "./sources.ts";
import { Summary } from "./summary.tsx";
import { TracePanel } from "./trace-panel.tsx";
import { useSteadyLive } from "./use-live.ts";

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
