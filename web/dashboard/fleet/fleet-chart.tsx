// The chart of the fleet: its sums, some assets compared, or powers stacked by site or asset.
import { memo, useMemo } from "react";
import { EnergyCard } from "../chart/energy-card.tsx";
import { fleetSource } from "../chart/sources.ts";
import { TracePanel } from "../chart/trace-panel.tsx";
import type { Fleet } from "../live/fleet.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";
import { ComparePanel } from "./compare-panel.tsx";
import { comparedOf, KINDS } from "./compared.ts";

/** Identifies the part of the page that has the focus once it shows what was chosen elsewhere. */
export const FLEET_CHART_ID = "fleet-chart";

export const FleetChart = memo(function FleetChart({ fleet }: { readonly fleet: Fleet }) {
  const live = useSteadyLive();
  const source = useMemo(() => fleetSource(live), [live]);
  const [params, changeParams] = useParams();
  const { kind } = comparedOf(params);
  const tools = (
    <label className="ahead">
      {words.compare.show}
      <select
        value={kind}
        onChange={({ currentTarget: { value } }) =>
          changeParams({ chart: value === "fleet" ? undefined : value, hide: undefined })
        }
      >
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {words.compare.kinds[one]}
          </option>
        ))}
      </select>
    </label>
  );
  const name = words.page.fleet;
  return (
    <div className="charts" id={FLEET_CHART_ID} tabIndex={-1}>
      {kind === "fleet" ? (
        <TracePanel title={words.chart.powerAndSoc} source={source} name={name} tools={tools} />
      ) : (
        <ComparePanel kind={kind} assets={fleet.assets} tools={tools} />
      )}
      <EnergyCard
        source={source}
        name={name}
        capacityMwhr={fleet.assets.reduce((sum, { capacityMwhr }) => sum + capacityMwhr, 0)}
      />
    </div>
  );
});
