// The assets file: its reader, which gives every error with its line and column, and its writer.

import type { FileError } from "../domain/base/file-error.ts";
import { type Asset, defaultOf, type Site } from "../domain/fleet/asset.ts";
import { defaultDataPath } from "../domain/fleet/data-path.ts";
import { ASSET_KEYS, SITE_KEYS } from "../domain/fleet/fields.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { FileFleet } from "../domain/ports/assets-file.ts";
import { fleetOf, type Issue, issueOf } from "./assets-shape.ts";
import { readJson } from "./json-text.ts";
import { plainScalar, readPlainYaml } from "./plain-yaml.ts";
import { type Path, type ReadText, readYaml } from "./read-text.ts";

/** Reads the text of an assets file: a valid fleet, or every error at once in the order of the file. */
export function parseAssetsFile(yaml: string): FileFleet {
  const text = readPlainYaml(yaml) ?? readJson(yaml) ?? readYaml(yaml);
  if ("errors" in text) return text;
  const fleet = fleetOf(text.root, text.anchored);
  if ("issues" in fleet) return { errors: errorsOf(text, fleet.issues) };
  return { ...fleet, errorsOf: (violations) => errorsOf(text, violations.map(issueOf)) };
}

function errorsOf({ placeOf }: ReadText, issues: readonly Issue[]): readonly FileError[] {
  return issues
    .map(({ path, message }) => ({ ...placeOf(path), message: `${pathText(path)}${message}` }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function pathText(path: Path): string {
  const text = path.reduce<string>(
    (whole, key) =>
      whole + (typeof key === "number" ? `[${key}]` : `${whole && "."}${String(key)}`),
    "",
  );
  return text === "" ? "" : `${text} `;
}

const HEAD =
  "# A fleet of Mando. Power in MW (discharge positive), energy in MWh, SoC in per cent.\n";

/** The text of an assets file that gives the same sites and assets, retired ones too; fields at their default are left out. */
export function writeAssetsFile({ sites, retiredSites, assets, retired }: FleetTable): string {
  const siteItems = [...sites, ...retiredSites].map(siteText).join("");
  const assetItems = [...assets, ...retired].map(assetText).join("");
  return `${HEAD}sites:\n${siteItems}assets:\n${assetItems}`;
}

function siteText(site: Site): string {
  const { id, name, location, retired } = site;
  const numbers = SITE_KEYS.map(([field, key]) => [key, site[field]]);
  return itemText(id, {
    name,
    location,
    ...Object.fromEntries(numbers),
    retired: retired || undefined,
  });
}

function assetText(asset: Asset): string {
  const { id, siteId, name, retired } = asset;
  const dataPath = asset.dataPath === defaultDataPath(asset) ? undefined : asset.dataPath;
  const numbers: Record<string, number | undefined> = {};
  for (const [field, key] of ASSET_KEYS) {
    const { [field]: value } = asset;
    numbers[key] = Object.is(value, defaultOf(field, asset)) ? undefined : value;
  }
  return itemText(id, {
    ...{ site_id: siteId, name, data_path: dataPath, ...numbers },
    retired: retired || undefined,
  });
}

type Scalar = string | number | boolean;

/** An id is a UUID, which needs no quotes. */
function itemText(id: string, fields: Readonly<Record<string, Scalar | undefined>>): string {
  let text = `  - id: ${id}\n`;
  for (const [key, value] of Object.entries(fields))
    if (value !== undefined)
      text += `    ${key}: ${key === "site_id" ? value : plainScalar(value)}\n`;
  return text;
}
