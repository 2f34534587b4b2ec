// The view of one asset.

import { memo, useMemo, useState } from "react";
import type { AssetQuery } from "../api/operations.ts";
import { Asset } from "../api/operations.ts";
import { useAnswer } from "../api/use-answer.ts";
import { EnergyCard } from "../chart/energy-card.tsx";
import { assetSource } from "../chart/sources.ts";
import { TracePanel } from "../chart/trace-panel.tsx";
import { DispatchForm } from "../dispatch/dispatch-form.tsx";
import { DispatchList } from "../dispatch/dispatch-list.tsx";
import { ScheduleCard } from "../dispatch/schedule-card.tsx";
import { useDispatches } from "../dispatch/use-dispatches.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { Said } from "../parts/said.tsx";
import { FLEET_ADDRESS, siteAddress } from "../route/place.ts";
import { useTitle } from "../route/use-title.ts";
import { words } from "../text/words.ts";
import { Granted } from "../viewer/granted.tsx";
import { AssetChanges } from "./asset-changes.tsx";
import { AssetFacts } from "./asset-facts.tsx";
import { AssetNow } from "./asset-now.tsx";

/** A choice on the page draws what depends on it, and not all. */
export const AssetView = memo(({ id }: { id: string }) => {
  const [variables, setVariables] = useState({ id });
  const answer = useAnswer(Asset, variables);
  const asset = answer.data?.asset;
  useTitle(asset?.name ?? words.asset.asset);
  if (asset) return <KnownAsset asset={asset} onChanged={() => setVariables({ id })} />;
  return (
    <div className="empty" role="status">
      <p>
        <Said text={answer.error ?? (answer.data ? words.asset.unknown : words.page.loading)} />
      </p>
      <a href={FLEET_ADDRESS}>{words.page.backToFleet}</a>
    </div>
  );
});

interface KnownAssetProps {
  readonly asset: NonNullable<AssetQuery["asset"]>;
  readonly onChanged: () => void;
}

function KnownAsset({ asset, onChanged }: KnownAssetProps) {
  const live = useSteadyLive();
  const source = useMemo(() => assetSource(live, asset.id), [live, asset.id]);
  const dispatches = useDispatches(asset.id);
  const place = { assetId: asset.id, siteId: asset.site.id };
  return (
    <>
      <nav className="crumbs" aria-label={words.page.breadcrumbs}>
        <a href={FLEET_ADDRESS}>{words.page.fleet}</a>
        <span aria-hidden="true">›</span>
        <a href={siteAddress(asset.site.id)}>{asset.site.name}</a>
      </nav>
      <div className="title">
        <h1>{asset.name}</h1>
        <p className="muted">{asset.location}</p>
        <Granted action="administer" place={place}>
          <AssetChanges asset={asset} onChanged={onChanged} />
        </Granted>
      </div>
      {asset.retired && <p className="notice">{words.asset.retired}</p>}
      <AssetNow id={asset.id} />
      <div className="columns">
        <TracePanel title={words.chart.powerAndSoc} source={source} name={asset.name} />
        {!asset.retired && (
          <Granted action="operate" place={place} title={words.dispatch.new}>
            <DispatchForm asset={asset} onDispatched={dispatches.put} />
          </Granted>
        )}
      </div>
      <EnergyCard source={source} name={asset.name} capacityMwhr={asset.capacityMwhr} />
      <DispatchList dispatches={dispatches} place={place} />
      {!asset.retired && (
        <Granted action="schedule" place={place} title={words.schedule.schedule}>
          <ScheduleCard assetId={asset.id} assetName={asset.name} dispatches={dispatches} />
        </Granted>
      )}
      <AssetFacts asset={asset} />
    </>
  );
}
