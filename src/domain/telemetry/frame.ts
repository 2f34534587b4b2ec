// A frame: the telemetry of all assets at one tick, in columns.

import type { ReportColumns } from "../battery/columns.ts";
import { LIMIT } from "../battery/limit.ts";
import type { Asset } from "../fleet/asset.ts";
import type { FleetTable } from "../fleet/fleet-table.ts";
import { type DerivedField, STATE_FIELDS, type StateField } from "./columns.ts";
import type { AssetStatus, PowerLimit, Telemetry } from "./telemetry.ts";

/**
 * The telemetry of all assets at one tick, held as columns: position `i` belongs to asset `i` of `table`.
 * Written once by the simulator, then passed along by reference and never changed while it is among the
 * recent frames; after that its columns are written anew: a copy is needed for longer use.
 */
export interface Frame extends ReportColumns {
  readonly table: FleetTable;
  /** Number of the tick on the grid: `timestampMs / (dtS × 1000)`. */
  readonly tick: number;
  /** The instant at which the tick ended, in ms since the epoch, UTC. */
  readonly timestampMs: number;
}

/** What a frame keeps for each asset, in bytes. */
export const FRAME_BYTES_PER_ASSET =
  STATE_FIELDS.length * Float64Array.BYTES_PER_ELEMENT + Uint8Array.BYTES_PER_ELEMENT;

/** Power beyond which an asset of 1 MW or more counts as charging or discharging rather than idle, in MW. */
const IDLE_MW = 0.1;
/** The same of a smaller one, as a share of its rating. */
const IDLE_RATIO = 0.01;

const LIMIT_NAMES: readonly (PowerLimit | null)[] = Object.entries(LIMIT).map(([name, limit]) =>
  limit === LIMIT.NONE ? null : (name.toLowerCase() as PowerLimit),
);

/** The longest name of a limit. */
export const LONGEST_LIMIT = Math.max(...LIMIT_NAMES.map((name) => name?.length ?? 0));

/** The name of a `LIMIT`; null where none bound. */
export function limitNameOf(limit: number): PowerLimit | null {
  return LIMIT_NAMES[limit] ?? null;
}

/** The `LIMIT` that a name means. */
export function limitOf(name: PowerLimit | null): number {
  return LIMIT_NAMES.indexOf(name);
}

/**
 * `discharging` above 0.1 MW, `charging` below -0.1 MW, else `idle`; where the rating, the larger of both directions,
 * is below 1 MW, 1 % of it stands in the place of 0.1 MW.
 */
export function statusOf(currentMw: number, minMw: number, maxMw: number): AssetStatus {
  const ratingMw = Math.max(maxMw, -minMw);
  const idleMw = ratingMw < 1 ? ratingMw * IDLE_RATIO : IDLE_MW;
  if (currentMw > idleMw) return "discharging";
  return currentMw < -idleMw ? "charging" : "idle";
}

const DERIVED: {
  readonly [N in DerivedField]: (frame: Frame, index: number, asset: Asset) => number;
} = {
  socPct: ({ socMwhr }, index, asset) => ((socMwhr[index] as number) / asset.capacityMwhr) * 100,
};

/** What the asset at this position of a frame reported, as a row. */
export function telemetryAt(frame: Frame, index: number): Telemetry {
  const at = (column: Float64Array | Uint8Array) => column[index] as number;
  const asset = frame.table.assets[index];
  if (asset === undefined) throw new RangeError(`bug: a frame has no asset ${index}`);
  const currentMw = at(frame.currentMw);
  return {
    asset,
    site: frame.table.siteAt(index),
    timestampMs: frame.timestampMs,
    knownMs: null,
    dtS: frame.dtS,
    socMwhr: at(frame.socMwhr),
    socPct: DERIVED.socPct(frame, index, asset),
    capacityMwhr: asset.capacityMwhr,
    maxMw: asset.maxMw,
    minMw: asset.minMw,
    currentMw,
    setpointMw: at(frame.setpointMw),
    status: statusOf(currentMw, asset.minMw, asset.maxMw),
    limitedBy: limitNameOf(at(frame.limit)),
    energyInMwhr: at(frame.energyInMwhr),
    energyOutMwhr: at(frame.energyOutMwhr),
  };
}

/** A figure of every asset of a frame that differs from tick to tick, by position. */
export function columnOf(frame: Frame, field: StateField | DerivedField): Float64Array {
  if (!isDerived(field)) return frame[field];
  const { assets } = frame.table;
  const values = new Float64Array(assets.length);
  for (const [index, asset] of assets.entries())
    values[index] = DERIVED[field](frame, index, asset);
  return values;
}

function isDerived(field: StateField | DerivedField): field is DerivedField {
  return field in DERIVED;
}
