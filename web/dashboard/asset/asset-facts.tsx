// The ratings of an asset, as a list of facts.

import type { AssetQuery } from "../api/operations.ts";
import { formats } from "../text/format.ts";

/** The ratings of an asset. */
export function AssetFacts({ asset }: { asset: NonNullable<AssetQuery["asset"]> }) {
  const { site } = asset;
  const siteLimit = (mw: number | null) => (mw === null ? "no limit" : formats.power(mw));
  const facts = [
    ["Capacity", formats.energy(asset.capacityMwhr)],
    ["Highest charge", `↓ ${formats.power(asset.minMw)}`],
    ["Highest discharge", `↑ ${formats.power(asset.maxMw)}`],
    ["Ramp", `${formats.plain(asset.rampRateMwPerMin)} MW per min`],
    ["Efficiency of each leg", formats.percent(100 * asset.efficiency)],
    ["Round trip", formats.percent(100 * asset.efficiency ** 2)],
    ["Falls back to", formats.signedPower(asset.fallbackMw ?? 0)],
    [`Import of ${site.name}`, siteLimit(site.maxImportMw)],
    [`Export of ${site.name}`, siteLimit(site.maxExportMw)],
  ] as const;
  return (
    <section className="card" aria-label="Limits">
      <h2>Limits</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
