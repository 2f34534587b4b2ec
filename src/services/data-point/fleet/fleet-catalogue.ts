// The catalogue of the data points that are answered from the fleet: nine of each asset, made where they are read.
import type { DataPoint } from "../../../domain/data-point/data-point.ts";
import {
  FLEET_NAMES,
  type FleetName,
  fleetPath,
  fleetPoint,
  splitFleetPath,
} from "../../../domain/data-point/fleet-series.ts";
import { isBelow } from "../../../domain/data-point/path.ts";
import type { Asset } from "../../../domain/fleet/asset.ts";
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import type { CatalogueFilter } from "../../../domain/ports/data-point-store.ts";
import type { Frame } from "../../../domain/telemetry/frame.ts";
import type { WorkTurns } from "../../work-turns.ts";

export interface FleetEntry {
  readonly asset: Asset;
  readonly name: FleetName;
  readonly point: DataPoint;
}

/** Which entries of the fleet are listed: those below a prefix, as far as they may be seen. */
export interface FleetChoice {
  readonly prefix: string;
  sees(asset: Asset, path: string): boolean;
}

export interface FleetCatalogue {
  find(path: string): FleetEntry | undefined;
  /** Entries in the order of their paths. */
  list(
    filter: Omit<CatalogueFilter, "prefixes">,
    choice: FleetChoice,
  ): Promise<readonly DataPoint[]>;
}

/** Assets in the order of their data paths, also retired ones. */
interface PathIndex {
  readonly assets: readonly Asset[];
  readonly byPath: ReadonlyMap<string, Asset>;
}

/** Assets that are gone through in one turn: some ms. */
const SLICE = 500;

export function createFleetCatalogue(latest: () => Frame, turns: WorkTurns): FleetCatalogue {
  const indexes = new WeakMap<FleetTable, PathIndex>();

  function indexOf(table: FleetTable): PathIndex {
    const found = indexes.get(table) ?? makeIndex(table);
    indexes.set(table, found);
    return found;
  }

  return {
    find(path) {
      const split = splitFleetPath(path);
      const { table, dtS } = latest();
      const asset = split && indexOf(table).byPath.get(split.dataPath);
      if (asset === undefined) return undefined;
      const { name } = split as { readonly name: FleetName };
      return { asset, name, point: fleetPoint(asset, name, dtS) };
    },
    async list({ type = "time_series_double", search, after = "", limit }, { prefix, sees }) {
      if (type !== "time_series_double") return [];
      const { table, dtS } = latest();
      const { assets } = indexOf(table);
      const found: DataPoint[] = [];
      const first = firstAsset(assets, after > prefix ? after : prefix);
      for (let n = first; n < assets.length; n++) {
        if (n % SLICE === SLICE - 1) await turns.next("answer");
        const asset = assets[n] as Asset;
        if (isBeyond(asset, prefix)) break;
        for (const name of FLEET_NAMES) {
          const path = fleetPath(asset, name);
          if (path <= after || !isBelow(path, prefix) || !sees(asset, path)) continue;
          const point = fleetPoint(asset, name, dtS);
          if (!hasText(point, search)) continue;
          found.push(point);
          if (found.length >= limit) return found;
        }
      }
      return found;
    },
  };
}

/** The key of an asset in the order of paths: no path of another asset begins like it. */
const keyOf = ({ dataPath }: Asset) => `${dataPath}/`;

function makeIndex(table: FleetTable): PathIndex {
  const assets = [...table.assets, ...table.retired].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return { assets, byPath: new Map(assets.map((asset) => [asset.dataPath, asset])) };
}

/** The place of the first asset that has paths from this one on. */
function firstAsset(assets: readonly Asset[], path: string): number {
  let [low, high] = [0, assets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(assets[middle] as Asset) > path) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low - 1);
}

/** Whether an asset, and all after it, lie beyond a prefix. */
function isBeyond(asset: Asset, prefix: string): boolean {
  const key = keyOf(asset);
  const isNear = prefix === "" || key.startsWith(`${prefix}/`) || prefix.startsWith(key);
  return !isNear && key > prefix;
}

function hasText({ path, description, unit }: DataPoint, search = ""): boolean {
  const wanted = search.toLowerCase();
  return [path, description, unit].some((text) => (text ?? "").toLowerCase().includes(wanted));
}
