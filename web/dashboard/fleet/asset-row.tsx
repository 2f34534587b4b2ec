// Rows of the table of assets: an asset, or the heading of a site.
import { memo } from "react";
import { type Fleet, TRAIL } from "../live/fleet.ts";
import { LIMITS, STATUSES } from "../live/frame-reader.ts";
import { Power } from "../parts/power.tsx";
import { SocBar } from "../parts/soc-bar.tsx";
import { assetAddress } from "../route/use-route.ts";
import { formats } from "../text/format.ts";
import type { Row } from "./rows.ts";
import { Sparkline } from "./sparkline.tsx";

interface AssetRowProps {
  readonly fleet: Fleet;
  readonly place: number;
  readonly rowIndex: number;
  /** Version of the reported values: the row is drawn anew when it changes. */
  readonly version: number;
}

export const AssetRow = memo(function AssetRow({ fleet, place, rowIndex }: AssetRowProps) {
  const { columns, assets } = fleet;
  const asset = assets[place];
  if (asset === undefined) return null;
  const status = STATUSES[columns.status[place] as number] ?? "IDLE";
  const limit = LIMITS[columns.limit[place] as number];
  const value = (column: Float64Array) => column[place] as number;
  return (
    <tr aria-rowindex={rowIndex}>
      <th scope="row">
        <a href={assetAddress(asset.id)}>{asset.name}</a>
      </th>
      <td>{asset.site.name}</td>
      <td>
        <SocBar pct={value(columns.socPct)} />
      </td>
      <td>
        <Power mw={value(columns.currentMw)} rating={asset} />
      </td>
      <td>
        <Power mw={value(columns.setpointMw)} rating={asset} />
      </td>
      <td>
        <span className={`pill ${status.toLowerCase()}`}>{formats.word(status)}</span>
      </td>
      <td>{limit ? <span className="limit">{formats.word(limit)}</span> : <None />}</td>
      <td>
        <Sparkline
          powers={fleet.trailOf(place)}
          capacity={TRAIL}
          minMw={asset.minMw}
          maxMw={asset.maxMw}
        />
      </td>
    </tr>
  );
});

function None() {
  return <span className="muted">none</span>;
}

interface SiteRowProps {
  readonly fleet: Fleet;
  readonly row: Exclude<Row, number>;
  readonly rowIndex: number;
}

/** A site with the totals of its shown assets. */
export function SiteRow({ fleet, row, rowIndex }: SiteRowProps) {
  const currentMw = row.places.reduce(
    (sum, place) => sum + (fleet.columns.currentMw[place] as number),
    0,
  );
  return (
    <tr className="site" aria-rowindex={rowIndex}>
      <th scope="rowgroup" colSpan={8}>
        {row.siteName}
        <span className="muted">{formats.count(row.places.length)} shown</span>
        <Power mw={currentMw} />
      </th>
    </tr>
  );
}
