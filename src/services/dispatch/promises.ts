// The promises of dispatches: checked where something may have made or unmade one, and reported where it did.
import type { Steps } from "../../domain/base/steps.ts";
import type { AssetState } from "../../domain/dispatch/asset-state.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import {
  type ExpectedShortfall,
  expectedShortfalls,
} from "../../domain/dispatch/expected-shortfall.ts";
import type { Shortfall, ShortfallReason } from "../../domain/dispatch/shortfall.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import type { Site } from "../../domain/fleet/asset.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { EventLog } from "./events.ts";
import type { FleetPlans } from "./fleet-plans.ts";
import type { OpenDispatches } from "./open-dispatches.ts";
import { withSite } from "./site-loads.ts";
import type { Slices } from "./slices.ts";

export interface Promises {
  /** Checks the promises of an asset now, and soon those of the others at its site, where that has limits. */
  check(index: number, reason: ShortfallReason): void;
  /**
   * Checks promises after dispatches of some assets were accepted: theirs, where one lacks energy that may be given now,
   * and soon those of the others at their sites, where these have limits.
   */
  checkAccepted(indexes: readonly number[]): void;
  /** Checks the promises of several assets in slices. */
  checkSoon(assetIds: readonly string[], reason: ShortfallReason): Promise<void>;
  /** Reads the newest frame, before the plans go on: where a dispatch is cut for the first time, it checks the asset. */
  readCuts(frame: Frame): void;
  /** All assets of which a promise is open. */
  promisedAssetIds(): readonly string[];
}

export interface PromisesDeps {
  readonly fleet: FleetPlans;
  readonly open: OpenDispatches;
  readonly events: EventLog;
  readonly slices: Slices;
}

export function createPromises(deps: PromisesDeps): Promises {
  const { fleet, open, events, slices } = deps;
  const { shortIds, promisesOf, checkOne } = createCheck(deps);

  function* checkAll(assetIds: readonly string[], reason: ShortfallReason): Steps<void> {
    for (const id of assetIds) {
      const index = fleet.indexOf(id);
      if (index !== undefined) checkOne(index, reason);
      yield;
    }
    void events.send();
  }

  async function checkSoon(assetIds: readonly string[], reason: ShortfallReason): Promise<void> {
    if (assetIds.length > 0) await slices.run("answer", checkAll(assetIds, reason));
  }

  /** The other assets at the sites with limits of some assets, where a promise is open. */
  function promisedBeside(indexes: readonly number[]): readonly string[] {
    const promised = [...besideOf(fleet.table(), indexes)].filter((it) => promisesOf(it).size > 0);
    return promised.map((it) => assetIdAt(fleet.table(), it));
  }

  return {
    checkSoon,
    check(index, reason) {
      checkOne(index, reason);
      void checkSoon(promisedBeside([index]), reason);
    },
    checkAccepted(indexes) {
      for (const index of indexes)
        if (shortIds.has(assetIdAt(fleet.table(), index))) checkOne(index, "LIMIT");
      void checkSoon(promisedBeside(indexes), "SITE");
    },
    readCuts(frame) {
      for (const index of fleet.firstCuts.read(frame, fleet.planAt)) {
        const dispatch = open.find(fleet.planAt(index).inForceId ?? "");
        const cut = fleet.firstCuts.of(dispatch?.id ?? "");
        if (dispatch === undefined || cut === undefined) continue;
        const isPromise = dispatch.onShortfall === "refuse" && isOpen(dispatch);
        if (cut.limitedBy === "site") checkOne(index, "SITE");
        else if (isPromise) checkOne(index, fleet.lastReasons.get(dispatch.assetId) ?? "LIMIT");
      }
    },
    promisedAssetIds() {
      const ids = new Set<string>();
      for (const { assetId, onShortfall } of open.all())
        if (onShortfall === "refuse") ids.add(assetId);
      return [...ids];
    },
  };
}

/** The check of one asset at a time. */
function createCheck({ fleet, open }: Pick<PromisesDeps, "fleet" | "open">) {
  /** Assets of which a promise lacks energy. */
  const shortIds = new Set<string>();

  /** The open promises of an asset, with what they delivered up to now. */
  function promisesOf(index: number): ReadonlyMap<string, Dispatch> {
    const { running, waiting } = fleet.planAt(index);
    const promises = new Map<string, Dispatch>();
    for (const it of [...running, ...waiting])
      if (isOpen(it) && it.onShortfall === "refuse" && it.mw !== 0)
        promises.set(it.id, fleet.find(it.id) as Dispatch);
    return promises;
  }

  function checkOne(index: number, reason: ShortfallReason): void {
    const promises = promisesOf(index);
    const assetId = assetIdAt(fleet.table(), index);
    shortIds.delete(assetId);
    if (promises.size === 0) {
      fleet.lastReasons.delete(assetId);
      return;
    }
    const state: AssetState = withSite(fleet.table(), index, fleet.stateOf);
    const expected = expectedShortfalls(state, promises, fleet.meteredMwhr(index));
    for (const [id, { shortfall: before }] of promises) {
      const found = expected.get(id);
      if (found === undefined && before === null) continue;
      const after = found ? shortfallAfter(id, before, found, reason) : null;
      if (after !== null) shortIds.add(assetId);
      if (!isEqual(before, after)) open.report(id, after, fleet.instantMs());
    }
    if (reason !== "LIMIT" && reason !== "SITE") fleet.lastReasons.set(assetId, reason);
  }

  /** The shortfall of a promise after a check: the reason is that of the first one, and what was cut stays cut. */
  function shortfallAfter(
    id: string,
    before: Shortfall | null,
    found: ExpectedShortfall,
    reason: ShortfallReason,
  ): Shortfall {
    const { missingMwhr } = found;
    const isCut = before !== null && before.fromMs < fleet.instantMs();
    const { fromMs, limitedBy } = fleet.firstCuts.of(id) ?? (isCut ? before : found);
    const gapMs = limitedBy === null && !isCut ? fleet.gap().fromMs : -Infinity;
    return {
      ...{ fromMs: Math.max(fromMs, gapMs), missingMwhr, limitedBy },
      reason: before?.reason ?? reason,
    };
  }

  return { shortIds, promisesOf, checkOne };
}

/** The positions of the assets that are at a site with limits beside another one, of these. */
function besideOf(table: FleetTable, indexes: readonly number[]): ReadonlySet<number> {
  const ofSite = new Map<Site, Set<number>>();
  for (const index of indexes) {
    const site = table.siteAt(index);
    if ((site.maxExportMw ?? site.maxImportMw) === undefined) continue;
    ofSite.set(site, (ofSite.get(site) ?? new Set()).add(index));
  }
  const beside = new Set<number>();
  for (const [{ id }, own] of ofSite)
    for (const other of table.indexesOfSite(id))
      if (own.size > 1 || !own.has(other)) beside.add(other);
  return beside;
}

function assetIdAt(table: FleetTable, index: number): string {
  return table.assets[index]?.id ?? "";
}

function isEqual(a: Shortfall | null, b: Shortfall | null): boolean {
  return (
    a?.fromMs === b?.fromMs &&
    a?.missingMwhr === b?.missingMwhr &&
    a?.limitedBy === b?.limitedBy &&
    a?.reason === b?.reason
  );
}
