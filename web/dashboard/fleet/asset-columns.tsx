// The columns of the table of assets: what each shows, and from which width on.
import type { ReactNode } from "react";
import type { FleetAsset } from "../live/asset-list.ts";
import { type Fleet, TRAIL } from "../live/fleet.ts";
import { LIMITS, STATUSES } from "../live/frame-reader.ts";
import { Power } from "../parts/power.tsx";
import { SocBar } from "../parts/soc-bar.tsx";
import { siteAddress } from "../route/place.ts";
import type { Words } from "../text/en.ts";
import { termOf, words } from "../text/words.ts";
import type { Sort } from "./choice.ts";
import { Sparkline } from "./sparkline.tsx";

export interface AssetColumn {
  readonly name: Exclude<keyof Words["fleet"]["columns"], "asset">;
  readonly sort?: Sort;
  /** Whether there is nothing to show of an asset before its first report. */
  readonly isReported: boolean;
  /** The narrowest table that has it, in px. */
  readonly fromPx: number;
  /** Its width in px in a wide table, and in one narrower than `NARROW_PX`; the name has the rest. */
  readonly widthPx: number;
  readonly narrowPx: number;
  readonly show: (asset: FleetAsset, place: number, fleet: Fleet) => ReactNode;
}

const valueAt = (column: Float64Array, place: number) => column[place] as number;

const COLUMNS: readonly AssetColumn[] = [
  {
    name: "site",
    isReported: false,
    sort: "site",
    fromPx: 780,
    widthPx: 140,
    narrowPx: 140,
    show: ({ site }) => (
      <a href={siteAddress(site.id)} title={site.name}>
        {site.name}
      </a>
    ),
  },
  {
    name: "soc",
    isReported: true,
    sort: "soc",
    fromPx: 0,
    widthPx: 156,
    narrowPx: 62,
    show: (_, place, { columns }) => <SocBar pct={valueAt(columns.socPct, place)} />,
  },
  {
    name: "power",
    isReported: true,
    sort: "power",
    fromPx: 0,
    widthPx: 180,
    narrowPx: 92,
    show: (asset, place, { columns }) => (
      <Power mw={valueAt(columns.currentMw, place)} rating={asset} />
    ),
  },
  {
    name: "setpoint",
    isReported: true,
    sort: "setpoint",
    fromPx: 1080,
    widthPx: 180,
    narrowPx: 180,
    show: (asset, place, { columns }) => (
      <Power mw={valueAt(columns.setpointMw, place)} rating={asset} />
    ),
  },
  {
    name: "status",
    isReported: true,
    sort: "status",
    fromPx: 620,
    widthPx: 124,
    narrowPx: 116,
    show: (_, place, { columns }) => {
      const status = STATUSES[columns.status[place] as number] ?? "IDLE";
      return <span className={`pill ${status.toLowerCase()}`}>{termOf(status)}</span>;
    },
  },
  {
    name: "limit",
    isReported: true,
    sort: "limit",
    fromPx: 1080,
    widthPx: 96,
    narrowPx: 96,
    show: (_, place, { columns }) => {
      const limit = LIMITS[columns.limit[place] as number];
      if (limit == null) return <span className="muted">{words.page.none}</span>;
      return <span className="limit">{termOf(limit)}</span>;
    },
  },
  {
    name: "trend",
    isReported: true,
    fromPx: 940,
    widthPx: 116,
    narrowPx: 116,
    show: ({ minMw, maxMw }, place, fleet) => (
      <Sparkline {...{ powers: fleet.trailOf(place), capacity: TRAIL, minMw, maxMw }} />
    ),
  },
];

/** Width in px below which a table is narrow, as in the style. */
const NARROW_PX = 780;

/**
 * The columns of a table of some width, with the width of each.
 *
 * @param isOfSite Whether all its assets are of one site, which then needs no column.
 */
export function columnsFor(tablePx: number, isOfSite: boolean): readonly AssetColumn[] {
  const columns = COLUMNS.filter(
    ({ fromPx, name }) => tablePx >= fromPx && !(isOfSite && name === "site"),
  );
  if (tablePx >= NARROW_PX) return columns;
  return columns.map((column) => ({ ...column, widthPx: column.narrowPx }));
}
