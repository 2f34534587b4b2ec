// Changes to sites and assets while the fleet runs. Pure: from one table to another.
import type { Asset, Site } from "./asset.ts";
import type {
  AssetUpdate,
  ChangeRefusal,
  Clamp,
  FleetChange,
  FleetChanged,
  FleetDrafted,
  NewAsset,
  NewSite,
  Origins,
  SiteUpdate,
} from "./change.ts";
import {
  ASSET_LAST,
  assetRefusals,
  assetRetired,
  ofFile,
  siteNotEmpty,
  siteRefusals,
  siteRetired,
  unknown,
  usedId,
} from "./change-rules.ts";
import { freeDataPath } from "./data-path.ts";
import { createFleetDraft, type FleetDraft } from "./draft.ts";
import type { FleetTable } from "./fleet-table.ts";
import { clampedAsset, withFields } from "./update.ts";

/** Applies one change to a draft. @returns The refusal, or nothing. */
type Outcome = readonly ChangeRefusal[];
const DONE: Outcome = [];

/** A fleet that is being changed. */
interface Work {
  readonly draft: FleetDraft;
  readonly clamps: Clamp[];
  /** Ids that were refused for their fields alone: changes that refer to them get no refusal of their own. */
  readonly unsound: Set<string>;
}

/**
 * Applies changes to a fleet one after the other: all of them, or none.
 * The cost is that of the table, however many the changes are.
 */
export function changeFleet(
  table: FleetTable,
  origins: Origins,
  changes: readonly FleetChange[],
): FleetChanged {
  const draft = createFleetDraft(table, origins);
  const drafted = changeDraft(draft, changes);
  return drafted.accepted ? { ...drafted, ...draft.finish() } : drafted;
}

/** Applies changes to a draft, at the cost of the changes alone; the draft is unchanged where they are refused. */
export function changeDraft(draft: FleetDraft, changes: readonly FleetChange[]): FleetDrafted {
  const work = { draft: draft.fork(), clamps: [], unsound: new Set<string>() };
  const refusals = changes.flatMap((change, index) =>
    make(work, change).map((refusal) => ({ index, ...refusal })),
  );
  if (draft.running() > 0 && work.draft.running() === 0) {
    const index = changes.findLastIndex(({ kind }) => kind === "retireAsset");
    refusals.push({ index, ...ASSET_LAST });
    refusals.sort((a, b) => a.index - b.index);
  }
  if (refusals.length > 0) return { accepted: false, refusals };
  draft.take(work.draft);
  return { accepted: true, clamps: work.clamps };
}

/** Adds a site, as one of the API. */
export const registerSite = (table: FleetTable, origins: Origins, site: NewSite) =>
  changeFleet(table, origins, [{ kind: "registerSite", site }]);

/** Changes fields of a site. */
export const updateSite = (
  table: FleetTable,
  origins: Origins,
  siteId: string,
  update: SiteUpdate,
) => changeFleet(table, origins, [{ kind: "updateSite", siteId, update }]);

/** Retires a site at which no asset runs. */
export const retireSite = (table: FleetTable, origins: Origins, siteId: string) =>
  changeFleet(table, origins, [{ kind: "retireSite", siteId }]);

/** Adds an asset, as one of the API; it starts at rest at its initial SoC. */
export const registerAsset = (table: FleetTable, origins: Origins, asset: NewAsset) =>
  changeFleet(table, origins, [{ kind: "registerAsset", asset }]);

/** Changes fields of an asset; its stored energy stays the same, not its per cent. */
export const updateAsset = (
  table: FleetTable,
  origins: Origins,
  assetId: string,
  update: AssetUpdate,
) => changeFleet(table, origins, [{ kind: "updateAsset", assetId, update }]);

/** Retires an asset. */
export const retireAsset = (table: FleetTable, origins: Origins, assetId: string) =>
  changeFleet(table, origins, [{ kind: "retireAsset", assetId }]);

function make(work: Work, change: FleetChange): Outcome {
  switch (change.kind) {
    case "registerSite":
      return addSite(work, change.site);
    case "registerAsset":
      return addAsset(work, change.asset);
    case "updateSite":
      return toSite(work, change.siteId, (site) => fitSite(work, site, change.update));
    case "updateAsset":
      return toAsset(work, change.assetId, (asset) => fitAsset(work, asset, change.update));
    case "retireSite":
      return toSite(work, change.siteId, (site) => closeSite(work, site));
    case "retireAsset":
      return toAsset(work, change.assetId, (asset) => {
        work.draft.putAsset({ ...asset, retired: true });
        return DONE;
      });
  }
}

function addSite(work: Work, given: NewSite): Outcome {
  const site = { ...given, id: given.id.toLowerCase() };
  const refusals = [...usedId(work.draft, site.id), ...siteRefusals(site)];
  return put(work, site.id, refusals, () => work.draft.putSite(site));
}

function addAsset(work: Work, given: NewAsset): Outcome {
  const { draft } = work;
  const [id, siteId] = [given.id.toLowerCase(), given.siteId.toLowerCase()];
  const {
    dataPath = freeDataPath({ id, name: given.name }, (path) => draft.isPathTaken(path, id)),
  } = given;
  const asset: Asset = { ...given, id, siteId, dataPath, retired: false };
  const refusals = [...usedId(draft, id), ...assetRefusals(draft, asset)];
  return put(work, id, refusals, () => draft.putAsset(asset));
}

/** Puts a new site or asset into the draft, also where its fields are refused, so that later changes are checked with it. */
function put({ draft, unsound }: Work, id: string, refusals: Outcome, done: () => void): Outcome {
  if (draft.originOf(id) !== undefined) return refusals;
  if (refusals.length > 0) unsound.add(id);
  done();
  return refusals;
}

function fitSite(work: Work, site: Site, update: SiteUpdate): Outcome {
  const next = withFields(site, update);
  const refusals = siteRefusals(next);
  if (refusals.length === 0 && next !== site) work.draft.putSite(next);
  return refusals;
}

function fitAsset(work: Work, asset: Asset, update: AssetUpdate): Outcome {
  const siteId = update.siteId?.toLowerCase();
  const { next, clamps, isGiven } = clampedAsset(asset, { ...update, siteId });
  const refusals = assetRefusals(work.draft, next).filter(({ field }) => isGiven(field));
  if (refusals.length > 0) return refusals;
  if (next !== asset) work.draft.putAsset(next);
  work.clamps.push(...clamps);
  return DONE;
}

function closeSite({ draft }: Work, site: Site): Outcome {
  const count = draft.runningAt(site.id);
  if (count > 0) return [siteNotEmpty(site, count)];
  draft.putSite({ ...site, retired: true });
  return DONE;
}

/** Applies a change to a site that the API may change. */
function toSite(work: Work, givenId: string, change: (site: Site) => Outcome): Outcome {
  const id = givenId.toLowerCase();
  const site = work.draft.site(id);
  if (site === undefined) return [unknown("SITE_UNKNOWN", id)];
  if (work.unsound.has(id)) return DONE;
  if (work.draft.originOf(id) !== "api") return [ofFile(site)];
  if (site.retired) return [siteRetired(site, "id")];
  return change(site);
}

/** Applies a change to an asset that the API may change. */
function toAsset(work: Work, givenId: string, change: (asset: Asset) => Outcome): Outcome {
  const id = givenId.toLowerCase();
  const asset = work.draft.asset(id);
  if (asset === undefined) return [unknown("ASSET_UNKNOWN", id)];
  if (work.unsound.has(id)) return DONE;
  if (work.draft.originOf(id) !== "api") return [ofFile(asset)];
  if (asset.retired) return [assetRetired(asset)];
  return change(asset);
}
