// The data points that a client may see: those below its prefixes, and those of the fleet of its assets.
import { isBelow } from "../../domain/data-point/path.ts";
import type { Asset } from "../../domain/fleet/asset.ts";
import { hasAsset, type Scope } from "../../domain/identity/scope.ts";
import type { PointFilter } from "../data-point/all-points.ts";
import type { DataPoints } from "../data-point/data-points.ts";
import { hasPath } from "./rights.ts";

export interface VisiblePoints {
  has(path: string): boolean;
  /** Whether it is a path that is answered from the fleet, and may be seen. */
  hasOfFleet(path: string): boolean;
  /** What may be seen below a prefix. */
  below(prefix: string | undefined): Pick<PointFilter, "prefixes" | "fleet">;
}

export function createVisiblePoints(
  { assetOf }: Pick<DataPoints, "assetOf">,
  scope: Scope,
): VisiblePoints {
  const sees = (asset: Asset, path: string) => hasPath(scope, path) || hasAsset(scope, asset);

  /** The visible prefixes below a prefix; undefined: all paths. */
  function prefixesOf(prefix: string): readonly string[] | undefined {
    if (scope.isWhole) return prefix === "" ? undefined : [prefix];
    if (hasPath(scope, prefix)) return [prefix];
    return scope.pathPrefixes.filter((it) => isBelow(it, prefix));
  }

  const hasOfFleet = (path: string) => {
    const asset = assetOf(path);
    return asset !== undefined && sees(asset, path);
  };

  return {
    has: (path) => hasPath(scope, path) || hasOfFleet(path),
    hasOfFleet,
    below: (prefix = "") => ({ prefixes: prefixesOf(prefix), fleet: { prefix, sees } }),
  };
}
