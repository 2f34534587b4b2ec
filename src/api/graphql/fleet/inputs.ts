// Inputs of sites and assets: the fields of the assets file, with the same defaults.

import { ASSET_DEFAULTS } from "../../../domain/fleet/asset.ts";
import type { AssetUpdate, SiteUpdate } from "../../../domain/fleet/change.ts";
import type { GivenAsset, GivenSite } from "../../../services/fleet/registration.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";

const ID_TEXT =
  "UUID that was never used; left out: the server makes one. With an id, a repeated request is refused, not applied twice.";

const ASSET_TEXTS = {
  siteId: "UUID of its site.",
  name: "Its name.",
  capacityMwhr: "Energy at 100 % SoC, in MWh, at least 1 Wh.",
  maxMw: "Highest discharge power in MW, 0 or more.",
  minMw: "Highest charge power in MW, negative or 0.",
  rampRateMwPerMin: "How fast power moves toward the setpoint, in MW per minute, at least 1 W.",
  efficiency: "Of each leg, in (0, 1]: the round trip is its square.",
  socMinRatio: "Share of the capacity below which it does not discharge, 0 to 1.",
  socMaxRatio: "Share of the capacity above which it does not charge, 0 to 1.",
  fallbackMw:
    "Fallback power where a dispatch is not renewed in time, in MW, within the rating, discharge positive",
} as const;

export const AssetInput = builder.inputType("AssetInput", {
  description: "A new asset.",
  fields: (t) => {
    const quantity = (field: keyof typeof ASSET_TEXTS) =>
      t.float({ required: true, description: ASSET_TEXTS[field] });
    return {
      id: t.id({ description: ID_TEXT }),
      siteId: t.id({ required: true, description: ASSET_TEXTS.siteId }),
      name: t.string({ required: true, description: ASSET_TEXTS.name }),
      capacityMwhr: quantity("capacityMwhr"),
      maxMw: quantity("maxMw"),
      minMw: quantity("minMw"),
      rampRateMwPerMin: quantity("rampRateMwPerMin"),
      efficiency: quantity("efficiency"),
      socMinRatio: t.float({
        defaultValue: ASSET_DEFAULTS.socMinRatio,
        description: ASSET_TEXTS.socMinRatio,
      }),
      socMaxRatio: t.float({
        defaultValue: ASSET_DEFAULTS.socMaxRatio,
        description: ASSET_TEXTS.socMaxRatio,
      }),
      initialSocPct: t.float({
        description:
          "SoC at its first start, in per cent of the capacity, within its bounds. Left out: 50, or the nearest bound.",
      }),
      fallbackMw: t.float({ description: `${ASSET_TEXTS.fallbackMw}. Left out: 0.` }),
    };
  },
});

export const AssetUpdateInput = builder.inputType("AssetUpdateInput", {
  description:
    "Changes of an asset: fields left out stay. Null is refused where it has no meaning.",
  fields: (t) => {
    const quantity = (field: keyof typeof ASSET_TEXTS) =>
      t.float({ description: ASSET_TEXTS[field] });
    return {
      siteId: t.id({ description: ASSET_TEXTS.siteId }),
      name: t.string({ description: ASSET_TEXTS.name }),
      capacityMwhr: t.float({
        description: `${ASSET_TEXTS.capacityMwhr} Its stored energy stays the same in MWh, not in per cent.`,
      }),
      maxMw: quantity("maxMw"),
      minMw: quantity("minMw"),
      rampRateMwPerMin: quantity("rampRateMwPerMin"),
      efficiency: quantity("efficiency"),
      socMinRatio: quantity("socMinRatio"),
      socMaxRatio: quantity("socMaxRatio"),
      fallbackMw: t.float({ description: `${ASSET_TEXTS.fallbackMw}; null: none any more.` }),
    };
  },
});

const MAX_EXPORT = "Highest net discharge of its assets at the meter, in MW, 0 or more";
const MAX_IMPORT = "Highest net charge of its assets at the meter, in MW, 0 or more";

export const SiteInput = builder.inputType("SiteInput", {
  description: "A new site.",
  fields: (t) => ({
    id: t.id({ description: ID_TEXT }),
    name: t.string({ required: true, description: "Its name." }),
    location: t.string({ required: true, description: "Its place, as text." }),
    maxExportMw: t.float({ description: `${MAX_EXPORT}. Left out: no limit.` }),
    maxImportMw: t.float({ description: `${MAX_IMPORT}. Left out: no limit.` }),
  }),
});

export const SiteUpdateInput = builder.inputType("SiteUpdateInput", {
  description: "Changes of a site: fields left out stay. Null is refused where it has no meaning.",
  fields: (t) => ({
    name: t.string({ description: "Its name." }),
    location: t.string({ description: "Its place, as text." }),
    maxExportMw: t.float({ description: `${MAX_EXPORT}; null: no limit any more.` }),
    maxImportMw: t.float({ description: `${MAX_IMPORT}; null: no limit any more.` }),
  }),
});

/** @param argument The place of the input among the arguments. */
export function readAsset(input: typeof AssetInput.$inferInput, argument: string): GivenAsset {
  const siteId = readId(input.siteId, `${argument}.siteId`);
  return { ...input, siteId, id: readNewId(input.id, argument) };
}

export function readSite(input: typeof SiteInput.$inferInput): GivenSite {
  return { ...input, id: readNewId(input.id, "input") };
}

export function readAssetUpdate(input: typeof AssetUpdateInput.$inferInput): AssetUpdate {
  const { fallbackMw, ...fields } = input;
  const { siteId, ...others } = withoutNull(fields);
  const moved = siteId === undefined ? undefined : readId(siteId, "input.siteId");
  return { ...others, siteId: moved, fallbackMw };
}

export function readSiteUpdate(input: typeof SiteUpdateInput.$inferInput): SiteUpdate {
  const { maxExportMw, maxImportMw, ...fields } = input;
  return { ...withoutNull(fields), maxExportMw, maxImportMw };
}

function readNewId(id: string | null | undefined, argument: string): string | undefined {
  return id == null ? undefined : readId(id, `${argument}.id`);
}

/** Refuses null for a field that every site or asset has. */
function withoutNull<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], null> } {
  for (const [field, value] of Object.entries(fields))
    if (value === null) {
      const place = `input.${field}`;
      throw refusal("BAD_INPUT", `${place} must not be null: leave it out to keep it`, place);
    }
  return fields as { [K in keyof T]: Exclude<T[K], null> };
}
