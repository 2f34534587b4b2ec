// Rows of the table of assets: an asset, or the heading of a site.
import { memo } from "react";
import type { FleetAsset } from "../live/asset-list.ts";
import type { Fleet } from "../live/fleet.ts";
import { Power } from "../parts/power.tsx";
import { assetAddress, siteAddress } from "../route/place.ts";
import { formats, summedRating } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { AssetColumn } from "./asset-columns.tsx";
import type { Row } from "./rows.ts";

interface AssetRowProps {
  readonly fleet: Fleet;
  readonly place: number;
  readonly rowIndex: number;
  readonly columns: readonly AssetColumn[];
  /** undefined where none can be chosen. */
  readonly isChosen: boolean | undefined;
  /** The same function at each drawing. @param isRange Whether all from the last one on are meant. */
  readonly choose: (place: number, isChosen: boolean, isRange: boolean) => void;
  /** Version of the reported values: the row is drawn anew when it changes. */
  readonly version: number;
}

export const AssetRow = memo(function AssetRow(props: AssetRowProps) {
  const { fleet, place, rowIndex, columns, isChosen, choose } = props;
  const asset = fleet.assets[place];
  if (asset === undefined) return null;
  return (
    <tr aria-rowindex={rowIndex} className={isChosen === true ? "chosen" : undefined}>
      {isChosen !== undefined && (
        <td>
          <label className="pick">
            <input
              type="checkbox"
              aria-label={words.chosen.choose(asset.name)}
              checked={isChosen}
              onChange={({ currentTarget: { checked }, nativeEvent }) =>
                choose(place, checked, "shiftKey" in nativeEvent && nativeEvent.shiftKey === true)
              }
            />
          </label>
        </td>
      )}
      <th scope="row">
        <a href={assetAddress(asset.id)} title={asset.name}>
          {asset.name}
        </a>
      </th>
      {columns.map(({ name, isReported, show }) => (
        <td key={name}>
          {isReported && !hasReport(fleet, place) ? "–" : show(asset, place, fleet)}
        </td>
      ))}
    </tr>
  );
});

const hasReport = ({ columns }: Fleet, place: number) => columns.reportedAtMs[place] !== 0;

interface SiteRowProps {
  readonly fleet: Fleet;
  readonly row: Exclude<Row, number>;
  readonly rowIndex: number;
  /** Columns of the table, which the row spans. */
  readonly columnCount: number;
}

/** A site with the totals of its shown assets. */
export function SiteRow({ fleet, row, rowIndex, columnCount }: SiteRowProps) {
  const currentMw = row.places.reduce(
    (sum, place) => sum + (fleet.columns.currentMw[place] as number),
    0,
  );
  const assets = row.places.map((place) => fleet.assets[place] as FleetAsset);
  return (
    <tr className="site" aria-rowindex={rowIndex}>
      <th scope="rowgroup" colSpan={columnCount}>
        <a href={siteAddress(row.siteId)}>{row.siteName}</a>
        <span className="muted">{words.fleet.shown(formats.count(row.places.length))}</span>
        {row.places.some((place) => hasReport(fleet, place)) && (
          <Power mw={currentMw} totalRating={summedRating(assets)} />
        )}
      </th>
    </tr>
  );
}
