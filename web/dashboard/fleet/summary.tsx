// The present figures of the fleet.

import type { AssetStatus } from "../api/operations.ts";
import { type FleetTotals, STATUSES } from "../live/frame-reader.ts";
import { Power } from "../parts/power.tsx";
import { ARROWS, formats } from "../text/format.ts";

const STATUS_WORDS: Readonly<Record<AssetStatus, string>> = {
  IDLE: "idle",
  CHARGING: "charging",
  DISCHARGING: "discharging",
};

/** The figures of the fleet now. */
export function Summary({ totals }: { totals: FleetTotals }) {
  return (
    <section className="summary" aria-label="The fleet now">
      <article className="card">
        <h2>Stored energy</h2>
        <p className="large">
          {formats.figure(totals.socMwhr)} <small>MWh</small>
        </p>
        <div className="meter" aria-hidden="true">
          <span className="soc-fill" style={{ width: `${totals.socPct}%` }} />
        </div>
        <p className="muted">
          {formats.percent(totals.socPct)} of {formats.energy(totals.capacityMwhr)}
        </p>
      </article>
      <article className="card" data-testid="power-now">
        <h2>Power now</h2>
        <p className="large">
          <Power mw={totals.currentMw} />
        </p>
        <p className="muted">
          Requested: <Power mw={totals.setpointMw} />
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
      <h2>Headroom</h2>
      <p className="pair">
        <span className="power charge">
          <span aria-hidden="true">{ARROWS.charge}</span> {formats.power(minMw)}
          <small>charge</small>
        </span>
        <span className="power discharge">
          <span aria-hidden="true">{ARROWS.discharge}</span> {formats.power(maxMw)}
          <small>discharge</small>
        </span>
      </p>
      <div className="meter split" aria-hidden="true">
        <span className="charge" style={{ width: `${(100 * -minMw) / whole}%` }} />
        <span className="discharge" style={{ width: `${(100 * maxMw) / whole}%` }} />
      </div>
      <p className="muted">What all could hold through the next tick</p>
    </article>
  );
}

function Statuses({ totals }: { totals: FleetTotals }) {
  const { statusCounts, reportedCount } = totals;
  return (
    <article className="card">
      <h2>Assets</h2>
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
            {formats.count(statusCounts[status])} {STATUS_WORDS[status]}
          </li>
        ))}
      </ul>
    </article>
  );
}
