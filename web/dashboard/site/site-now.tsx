// The present figures of a site: its meter between its limits, and what its assets store and could do.
import type { SiteQuery } from "../api/operations.ts";
import { type SiteSums, sumsOfSite } from "../live/site-sums.ts";
import { useLive } from "../live/use-live.ts";
import { Power } from "../parts/power.tsx";
import { ARROWS, formats } from "../text/format.ts";
import { words } from "../text/words.ts";

export type SiteFacts = NonNullable<SiteQuery["site"]>;

export function SiteNow({ site }: { site: SiteFacts }) {
  const { fleet } = useLive();
  if (fleet === undefined) return null;
  const sums = sumsOfSite(fleet, site.id);
  const socPct = sums.capacityMwhr === 0 ? 0 : (100 * sums.socMwhr) / sums.capacityMwhr;
  const stored = formats.energyParts(sums.socMwhr);
  return (
    <section className="summary" aria-label={words.site.now}>
      <article className="card" data-testid="meter">
        <h2>{words.site.meter}</h2>
        <p className="large">
          <Power mw={sums.currentMw} totalRating={sums} />
        </p>
        <Meter site={site} sums={sums} />
        <p className="muted">
          {words.fleet.requested} <Power mw={sums.setpointMw} totalRating={sums} />
        </p>
      </article>
      <article className="card">
        <h2>{words.fleet.stored}</h2>
        <p className="large">
          {stored.figure} <small>{stored.unit}</small>
        </p>
        <div className="meter" aria-hidden="true">
          <span className="soc-fill" style={{ width: `${socPct}%` }} />
        </div>
        <p className="muted">
          {words.fleet.ofCapacity(formats.percent(socPct), formats.energy(sums.capacityMwhr))}
        </p>
      </article>
      <article className="card">
        <h2>{words.fleet.headroom}</h2>
        <p className="pair">
          <span className="power charge">
            <span aria-hidden="true">{ARROWS.charge}</span> {formats.power(lowestOf(site, sums))}
            <small>{words.power.charge}</small>
          </span>
          <span className="power discharge">
            <span aria-hidden="true">{ARROWS.discharge}</span>{" "}
            {formats.power(highestOf(site, sums))}
            <small>{words.power.discharge}</small>
          </span>
        </p>
        <p className="muted">{words.site.headroomMeaning}</p>
      </article>
      <article className="card">
        <h2>{words.fleet.assets}</h2>
        <p className="large">{formats.count(sums.assetCount)}</p>
        <p className="muted">
          {sums.assetCount > 0 &&
            words.site.ratings(
              `${ARROWS.charge} ${formats.power(sums.minMw)}`,
              `${ARROWS.discharge} ${formats.power(sums.maxMw)}`,
            )}
        </p>
      </article>
    </section>
  );
}

const lowestOf = ({ maxImportMw }: SiteFacts, { availableMinMw }: SiteSums) =>
  Math.max(availableMinMw, -(maxImportMw ?? Number.POSITIVE_INFINITY));
const highestOf = ({ maxExportMw }: SiteFacts, { availableMaxMw }: SiteSums) =>
  Math.min(availableMaxMw, maxExportMw ?? Number.POSITIVE_INFINITY);

/** Where the power at the meter lies between the limits of the site; where it has none, between the ratings of its assets. */
function Meter({ site, sums }: { site: SiteFacts; sums: SiteSums }) {
  const { maxImportMw, maxExportMw } = site;
  const lowMw = -(maxImportMw ?? -sums.minMw);
  const highMw = maxExportMw ?? sums.maxMw;
  const wholeMw = highMw - lowMw || 1;
  const partOf = (mw: number) => `${(100 * Math.min(Math.max(mw - lowMw, 0), wholeMw)) / wholeMw}%`;
  const limitText = (mw: number | null, rating: number) => {
    if (mw !== null) return formats.power(mw);
    return rating === 0 ? words.asset.noLimit : `${formats.power(rating)} ${words.site.noLimit}`;
  };
  return (
    <div className="site-meter">
      <div className="track" aria-hidden="true">
        <span className="zero" style={{ left: partOf(0) }} />
        <span className="needle" style={{ left: partOf(sums.currentMw) }} />
      </div>
      <p className="muted">
        <span>
          <span aria-hidden="true">{ARROWS.charge}</span>{" "}
          <span className="sr-only">{words.site.importLimit}</span>
          {limitText(maxImportMw, sums.minMw)}
        </span>
        <span>
          <span aria-hidden="true">{ARROWS.discharge}</span>{" "}
          <span className="sr-only">{words.site.exportLimit}</span>
          {limitText(maxExportMw, sums.maxMw)}
        </span>
      </p>
    </div>
  );
}
