// The present figures of the fleet.

import { useMemo } from "react";
import type { FleetAsset } from "../live/asset-list.ts";
import { type FleetTotals, STATUSES } from "../live/frame-reader.ts";
import { Power } from "../parts/power.tsx";
import { ARROWS, formats, summedRating } from "../text/format.ts";
import { words } from "../text/words.ts";

interface SummaryProps {
  readonly totals: FleetTotals;
  readonly assets: readonly FleetAsset[];
}

/** The figures of the fleet now. */
export function Summary({ totals, assets }: SummaryProps) {
  const rating = useMemo(() => summedRating(assets), [assets]);
  const stored = formats.energyParts(totals.socMwhr);
  return (
    <section className="summary" aria-label={words.fleet.now}>
      <article className="card">
        <h2>{words.fleet.stored}</h2>
        <p className="large">
          {stored.figure} <small>{stored.unit}</small>
        </p>
        <div className="meter" aria-hidden="true">
          <span className="soc-fill" style={{ width: `${totals.socPct}%` }} />
        </div>
        <p className="muted">
          {words.fleet.ofCapacity(
            formats.percent(totals.socPct),
            formats.energy(totals.capacityMwhr),
          )}
        </p>
      </article>
      <article className="card" data-testid="power-now">
        <h2>{words.fleet.powerNow}</h2>
        <p className="large">
          <Power mw={totals.currentMw} totalRating={rating} />
        </p>
        <p className="muted">
          {words.fleet.requested} <Power mw={totals.setpointMw} totalRating={rating} />
        </p>
      </article>
      <Headroom minMw={totals.availableMinMw} maxMw={totals.availableMaxMw} />
      <Statuses totals={totals} />
    </section>
  );
}

function Headroom({ minMw, maxMw }: { minMw: number; maxMw: number }) {
  const whole = maxMw - minMw || 1;
  return (
    <article className="card">
      <h2>{words.fleet.headroom}</h2>
      <p className="pair">
        <span className="power charge">
          <span aria-hidden="true">{ARROWS.charge}</span> {formats.power(minMw)}
          <small>{words.power.charge}</small>
        </span>
        <span className="power discharge">
          <span aria-hidden="true">{ARROWS.discharge}</span> {formats.power(maxMw)}
          <small>{words.power.discharge}</small>
        </span>
      </p>
      <div className="meter split" aria-hidden="true">
        <span className="charge" style={{ width: `${(100 * -minMw) / whole}%` }} />
        <span className="discharge" style={{ width: `${(100 * maxMw) / whole}%` }} />
      </div>
      <p className="muted">{words.fleet.headroomMeaning}</p>
    </article>
  );
}

function Statuses({ totals }: { totals: FleetTotals }) {
  const { statusCounts, reportedCount } = totals;
  return (
    <article className="card">
      <h2>{words.fleet.assets}</h2>
      <p className="large">{formats.count(reportedCount)}</p>
      <div className="meter split" aria-hidden="true">
        {STATUSES.map((status) => (
          <span
            key={status}
            className={status.toLowerCase()}
            style={{ width: `${(100 * statusCounts[status]) / (reportedCount || 1)}%` }}
          />
        ))}
      </div>
      <ul className="counts muted">
        {STATUSES.map((status) => (
          <li key={status} className={status.toLowerCase()}>
            {formats.count(statusCounts[status])} {words.fleet.counts[status]}
          </li>
        ))}
      </ul>
    </article>
  );
}
