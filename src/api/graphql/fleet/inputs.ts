// Inputs of sites and assets: the fields of the assets file, with the same defaults.

import { isOptional, type NumberFields } from "../../../domain/base/number-field.ts";
import type { AssetUpdate, SiteUpdate } from "../../../domain/fleet/change.ts";
import {
  ASSET_NUMBERS,
  ASSET_TEXTS,
  NEW_DATA_PATH_TEXT,
  NEW_ID_TEXT,
  SITE_NUMBERS,
  SITE_TEXTS,
} from "../../../domain/fleet/fields.ts";
import type { GivenAsset, GivenSite } from "../../../services/fleet/registration.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";
import { changed, given } from "./numbers.ts";

export const AssetInput = builder.inputType("AssetInput", {
  description: "A new asset.",
  fields: (t) => ({
    id: t.id({ description: NEW_ID_TEXT }),
    siteId: t.id({ required: true, description: ASSET_TEXTS.siteId }),
    name: t.string({ required: true, description: ASSET_TEXTS.name }),
    dataPath: t.string({ description: NEW_DATA_PATH_TEXT }),
    ...given(t, ASSET_NUMBERS),
  }),
});

export const AssetUpdateInput = builder.inputType("AssetUpdateInput", {
  description:
    "Changes of an asset: fields left out stay. Null is refused where it has no meaning.",
  fields: (t) => ({
    siteId: t.id({ description: ASSET_TEXTS.siteId }),
    name: t.string({ description: ASSET_TEXTS.name }),
    dataPath: t.string({ description: ASSET_TEXTS.dataPath }),
    ...changed(t, ASSET_NUMBERS),
  }),
});

export const SiteInput = builder.inputType("SiteInput", {
  description: "A new site.",
  fields: (t) => ({
    id: t.id({ description: NEW_ID_TEXT }),
    name: t.string({ required: true, description: SITE_TEXTS.name }),
    location: t.string({ required: true, description: SITE_TEXTS.location }),
    ...given(t, SITE_NUMBERS),
  }),
});

export const SiteUpdateInput = builder.inputType("SiteUpdateInput", {
  description: "Changes of a site: fields left out stay. Null is refused where it has no meaning.",
  fields: (t) => ({
    name: t.string({ description: SITE_TEXTS.name }),
    location: t.string({ description: SITE_TEXTS.location }),
    ...changed(t, SITE_NUMBERS),
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
  refuseNull(input, ASSET_NUMBERS);
  const { siteId, ...others } = input as AssetUpdate;
  return { ...others, siteId: siteId === undefined ? undefined : readId(siteId, "input.siteId") };
}

export function readSiteUpdate(input: typeof SiteUpdateInput.$inferInput): SiteUpdate {
  refuseNull(input, SITE_NUMBERS);
  return input as SiteUpdate;
}

function readNewId(id: string | null | undefined, argument: string): string | undefined {
  return id == null ? undefined : readId(id, `${argument}.id`);
}

/** Refuses null for a field that every site or asset has. */
function refuseNull(input: object, numbers: NumberFields): void {
  for (const [field, value] of Object.entries(input)) {
    const { [field]: number } = numbers;
    if (value !== null || (number !== undefined && isOptional(number))) continue;
    const place = `input.${field}`;
    throw refusal("BAD_INPUT", `${place} must not be null: leave it out to keep it`, place);
  }
}
