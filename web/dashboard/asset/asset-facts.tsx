// The ratings of an asset, as a list of facts.

import type { AssetQuery } from "../api/operations.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";

/** The ratings of an asset. */
export function AssetFacts({ asset }: { asset: NonNullable<AssetQuery["asset"]> }) {
  const { site } = asset;
  const siteLimit = (mw: number | null) => (mw === null ? words.asset.noLimit : formats.power(mw));
  const facts = [
    [words.asset.capacity, formats.energy(asset.capacityMwhr)],
    [words.asset.highestCharge, `↓ ${formats.power(asset.minMw)}`],
    [words.asset.highestDischarge, `↑ ${formats.power(asset.maxMw)}`],
    [words.asset.ramp, words.asset.perMinute(formats.exactPower(asset.rampRateMwPerMin))],
    [words.asset.legEfficiency, formats.percent(100 * asset.efficiency)],
    [words.asset.roundTrip, formats.percent(100 * asset.efficiency ** 2)],
    [words.asset.fallback, formats.signedPower(asset.fallbackMw ?? 0)],
    [words.asset.importOf(site.name), siteLimit(site.maxImportMw)],
    [words.asset.exportOf(site.name), siteLimit(site.maxExportMw)],
  ] as const;
  return (
    <section className="card" aria-label={words.asset.limits}>
      <h2>{words.asset.limits}</h2>
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
