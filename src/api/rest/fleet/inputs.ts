// Inputs of sites and assets: the fields of the assets file, with the same defaults.
import { z } from "@hono/zod-openapi";
import {
  ASSET_NUMBERS,
  ASSET_TEXTS,
  NEW_DATA_PATH_TEXT,
  NEW_ID_TEXT,
  SITE_NUMBERS,
  SITE_TEXTS,
} from "../../../domain/fleet/fields.ts";
import { EXAMPLE } from "../base/examples.ts";
import { idOf } from "../base/schemas.ts";
import { changed, given } from "./numbers.ts";

const newId = (example: string) => idOf(NEW_ID_TEXT, example).nullish();
const text = (description: string) => z.string().openapi({ description });

const assetShape = {
  site_id: idOf(ASSET_TEXTS.siteId, EXAMPLE.siteId),
  name: text(ASSET_TEXTS.name),
};

export const AssetInput = z
  .strictObject({
    ...{ id: newId(EXAMPLE.newAssetId), ...assetShape },
    data_path: text(NEW_DATA_PATH_TEXT).nullish(),
    ...given(ASSET_NUMBERS),
  })
  .openapi("AssetInput");

export const AssetUpdateInput = z
  .strictObject({
    ...{ ...assetShape, data_path: text(ASSET_TEXTS.dataPath) },
    ...changed(ASSET_NUMBERS),
  })
  .partial()
  .openapi("AssetUpdateInput", { description: "Fields left out stay." });

const siteShape = { name: text(SITE_TEXTS.name), location: text(SITE_TEXTS.location) };

export const SiteInput = z
  .strictObject({ id: newId(EXAMPLE.newSiteId), ...siteShape, ...given(SITE_NUMBERS) })
  .openapi("SiteInput");

export const SiteUpdateInput = z
  .strictObject({ ...siteShape, ...changed(SITE_NUMBERS) })
  .partial()
  .openapi("SiteUpdateInput", { description: "Fields left out stay." });
