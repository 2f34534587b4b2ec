// The newest report of an asset, as figures.

import { LIMITS } from "../live/frame-reader.ts";
import { useLive } from "../live/use-live.ts";
import { Power } from "../parts/power.tsx";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";

/** The newest report of an asset; nothing where it never reported. */
export function AssetNow({ id }: { id: string }) {
  const { fleet } = useLive();
  const place = fleet?.placeOf(id);
  const asset = place === undefined ? undefined : fleet?.assets[place];
  if (!fleet || place === undefined || !asset) return null;
  const { columns } = fleet;
  const socPct = columns.socPct[place] as number;
  const limit = LIMITS[columns.limit[place] as number];
  return (
    <section className="summary" aria-label={words.asset.now}>
      <article className="card">
        <h2>{words.asset.soc}</h2>
        <p className="large">{formats.percent(socPct)}</p>
        <div className="meter" aria-hidden="true">
          <span className="soc-fill" style={{ width: `${socPct}%` }} />
        </div>
        <p className="muted">
          {words.asset.energyOf(
            formats.energy((socPct / 100) * asset.capacityMwhr),
            formats.energy(asset.capacityMwhr),
          )}
        </p>
      </article>
      <article className="card" data-testid="power-now">
        <h2>{words.fleet.powerNow}</h2>
        <p className="large">
          <Power mw={columns.currentMw[place] as number} rating={asset} />
        </p>
        <p className="muted">{limit ? words.asset.limitedBy[limit] : words.asset.notLimited}</p>
      </article>
      <article className="card">
        <h2>{words.asset.setpoint}</h2>
        <p className="large">
          <Power mw={columns.setpointMw[place] as number} rating={asset} />
        </p>
        <p className="muted">{words.asset.setpointMeaning}</p>
      </article>
    </section>
  );
}
