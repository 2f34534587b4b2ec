// What the audit log says of changes to the fleet.
import type { Json } from "../../domain/audit/record.ts";
import { snakeCase } from "../../domain/base/snake-case.ts";
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import type { FleetChange } from "../../domain/fleet/change.ts";
import type { FleetDraft } from "../../domain/fleet/draft.ts";
import type { Audited } from "../audit/audit.ts";
import type { FleetCounts } from "./counts.ts";

const ACTIONS = {
  registerSite: "site.register",
  updateSite: "site.update",
  retireSite: "site.retire",
  registerAsset: "asset.register",
  updateAsset: "asset.update",
  retireAsset: "asset.retire",
} as const;

/** The site or asset that a change is about, as a draft has it; undefined where it has none. */
export function subjectOf(draft: FleetDraft, change: FleetChange): Asset | Site | undefined {
  const { noun, id } = namedBy(change);
  return noun === "site" ? draft.site(id.toLowerCase()) : draft.asset(id.toLowerCase());
}

/** @param after Left out: the change is refused, and what was requested is shown. */
export function auditedChange(
  change: FleetChange,
  before: Asset | Site | undefined,
  after?: Asset | Site,
): Audited {
  const { noun, id } = namedBy(change);
  const target = `${noun}:${id.toLowerCase()}`;
  const shown = after ?? requestedBy(change);
  return {
    action: ACTIONS[change.kind],
    target,
    before: before === undefined ? null : jsonOf(before),
    after: shown === undefined ? null : jsonOf(shown),
  };
}

/** Whether what was accepted is another value than before. */
export function changesSomething({ before, after }: Audited): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

export function auditedReload(counts: FleetCounts): Audited {
  return { action: "fleet.reload", target: "fleet", after: jsonOf(counts) };
}

function namedBy(change: FleetChange): { readonly noun: "site" | "asset"; readonly id: string } {
  switch (change.kind) {
    case "registerSite":
      return { noun: "site", id: change.site.id };
    case "updateSite":
    case "retireSite":
      return { noun: "site", id: change.siteId };
    case "registerAsset":
      return { noun: "asset", id: change.asset.id };
    default:
      return { noun: "asset", id: change.assetId };
  }
}

function requestedBy(change: FleetChange): object | undefined {
  if ("site" in change) return change.site;
  if ("asset" in change) return change.asset;
  return "update" in change ? change.update : undefined;
}

/** Plain data with the names of REST; fields without a value are left out. */
function jsonOf(value: object): Json {
  const fields = Object.entries(JSON.parse(JSON.stringify(value)) as Record<string, Json>);
  return Object.fromEntries(fields.map(([name, field]) => [snakeCase(name), field]));
}
