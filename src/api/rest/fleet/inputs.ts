// Inputs of sites and assets: the fields of the assets file, with the same defaults.
import { z } from "@hono/zod-openapi";
import { ASSET_DEFAULTS } from "../../../domain/fleet/asset.ts";
import { idOf, quantity } from "../base/schemas.ts";

const newId = idOf(
  "UUID that was never used; left out: the server makes one. With an id, a repeated request is refused, not applied twice.",
).nullish();
const text = (description: string) => z.string().openapi({ description });

const assetShape = {
  site_id: idOf("UUID of its site."),
  name: text("Its name."),
  capacity_mwhr: quantity("Energy at 100 % SoC, in MWh, at least 1 Wh."),
  max_mw: quantity("Highest discharge power in MW, 0 or more."),
  min_mw: quantity("Highest charge power in MW, negative or 0."),
  ramp_rate_mw_per_min: quantity(
    "How fast power moves toward the setpoint, in MW per minute, at least 1 W.",
  ),
  efficiency: quantity("Of each leg, in (0, 1]: the round trip is its square."),
};
const SOC_MIN = "Share of the capacity below which it does not discharge, 0 to 1.";
const SOC_MAX = "Share of the capacity above which it does not charge, 0 to 1.";
const FALLBACK =
  "Fallback power where a dispatch is not renewed in time, in MW, within the rating, discharge positive";

export const AssetInput = z
  .strictObject({
    id: newId,
    ...assetShape,
    soc_min_ratio: quantity(`${SOC_MIN} Left out: ${ASSET_DEFAULTS.socMinRatio}.`).nullish(),
    soc_max_ratio: quantity(`${SOC_MAX} Left out: ${ASSET_DEFAULTS.socMaxRatio}.`).nullish(),
    initial_soc_pct: quantity(
      "SoC at its first start, in per cent of the capacity, within its bounds. Left out: 50, or the nearest bound.",
    ).nullish(),
    fallback_mw: quantity(`${FALLBACK}. Left out: 0.`).nullish(),
  })
  .openapi("AssetInput");

export const AssetUpdateInput = z
  .strictObject({
    ...assetShape,
    capacity_mwhr: quantity(
      "Energy at 100 % SoC, in MWh, at least 1 Wh. Its stored energy stays the same in MWh, not in per cent.",
    ),
    soc_min_ratio: quantity(SOC_MIN),
    soc_max_ratio: quantity(SOC_MAX),
    fallback_mw: quantity(`${FALLBACK}; null: none any more.`).nullable(),
  })
  .partial()
  .openapi("AssetUpdateInput", { description: "Fields left out stay." });

const siteShape = {
  name: text("Its name."),
  location: text("Its place, as text."),
};
const MAX_EXPORT = "Highest net discharge of its assets at the meter, in MW, 0 or more";
const MAX_IMPORT = "Highest net charge of its assets at the meter, in MW, 0 or more";

export const SiteInput = z
  .strictObject({
    id: newId,
    ...siteShape,
    max_export_mw: quantity(`${MAX_EXPORT}. Left out: no limit.`).nullish(),
    max_import_mw: quantity(`${MAX_IMPORT}. Left out: no limit.`).nullish(),
  })
  .openapi("SiteInput");

export const SiteUpdateInput = z
  .strictObject({
    ...siteShape,
    max_export_mw: quantity(`${MAX_EXPORT}; null: no limit any more.`).nullable(),
    max_import_mw: quantity(`${MAX_IMPORT}; null: no limit any more.`).nullable(),
  })
  .partial()
  .openapi("SiteUpdateInput", { description: "Fields left out stay." });
