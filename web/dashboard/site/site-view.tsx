// The page of one site: its meter, its assets together, and each of them.

import { useMemo, useState } from "react";
import { Site } from "../api/operations.ts";
import { useAnswer } from "../api/use-answer.ts";
import { EnergyCard } from "../chart/energy-card.tsx";
import { siteSource } from "../chart/sources.ts";
import { TracePanel } from "../chart/trace-panel.tsx";
import { AssetTable } from "../fleet/asset-table.tsx";
import type { Fleet } from "../live/fleet.ts";
import { sumsOfSite } from "../live/site-sums.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { Said } from "../parts/said.tsx";
import { FLEET_ADDRESS } from "../route/place.ts";
import { useTitle } from "../route/use-title.ts";
import { words } from "../text/words.ts";
import { Granted } from "../viewer/granted.tsx";
import { SiteChanges } from "./site-changes.tsx";
import { SiteDispatchForm } from "./site-dispatch-form.tsx";
import { type SiteFacts, SiteNow } from "./site-now.tsx";

export function SiteView({ id, fleet }: { id: string; fleet: Fleet }) {
  const [variables, setVariables] = useState({ id });
  const answer = useAnswer(Site, variables);
  const site = answer.data?.site;
  useTitle(site?.name ?? words.fleet.columns.site);
  if (site) return <KnownSite {...{ site, fleet }} onChanged={() => setVariables({ id })} />;
  return (
    <div className="empty" role="status">
      <p>
        <Said text={answer.error ?? (answer.data ? words.site.unknown : words.page.loading)} />
      </p>
      <a href={FLEET_ADDRESS}>{words.page.backToFleet}</a>
    </div>
  );
}

interface KnownSiteProps {
  readonly site: SiteFacts;
  readonly fleet: Fleet;
  readonly onChanged: () => void;
}

function KnownSite({ site, fleet, onChanged }: KnownSiteProps) {
  const live = useSteadyLive();
  const source = useMemo(() => siteSource(live, site.id), [live, site.id]);
  const place = { siteId: site.id };
  return (
    <>
      <nav className="crumbs" aria-label={words.page.breadcrumbs}>
        <a href={FLEET_ADDRESS}>{words.page.fleet}</a>
      </nav>
      <div className="title">
        <h1>{site.name}</h1>
        <p className="muted">{site.location}</p>
        <Granted action="administer" place={place}>
          <SiteChanges site={site} onChanged={onChanged} />
        </Granted>
      </div>
      {site.retired && <p className="notice">{words.site.retired}</p>}
      <SiteNow site={site} />
      <div className="columns">
        <TracePanel title={words.chart.powerAndSoc} source={source} name={site.name} />
        {!site.retired && (
          <Granted action="operate" place={place} title={words.site.newDispatch}>
            <SiteDispatchForm site={site} />
          </Granted>
        )}
      </div>
      <EnergyCard
        source={source}
        name={site.name}
        capacityMwhr={sumsOfSite(fleet, site.id).capacityMwhr}
      />
      <AssetTable fleet={fleet} siteId={site.id} />
    </>
  );
}
