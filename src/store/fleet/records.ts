// The stored fleet at a start, reconciled with the given fleet.
import type { Site } from "../../domain/fleet/asset.ts";
import type { Violation } from "../../domain/fleet/asset-rules.ts";
import type { Origin } from "../../domain/fleet/change.ts";
import { createFleetTable, type FleetTable } from "../../domain/fleet/fleet-table.ts";
import { type GivenFleet, reconcileFleet, withKeptPaths } from "../../domain/fleet/reconcile.ts";
import type { OpenedFleet } from "../../domain/ports/fleet-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Client, Sql } from "../database/client.ts";
import { idList } from "../database/id-list.ts";
import { StartRefused } from "../database/start-refused.ts";
import { STORED_TABLES, type StoredTable, tablesRetainedBy } from "../database/tables.ts";
import { giveDataPaths, readDataPaths } from "./data-paths.ts";
import { raiseLeastValues } from "./least-values.ts";
import { pruneAssets, pruneSites } from "./prune.ts";
import { putFleet } from "./put.ts";
import { readApiFleet } from "./rows.ts";
import { readStates } from "./states.ts";
import { findingsOf } from "./validation.ts";

const DEADLINE_MS = 60_000;
/** Pruned assets may have much history. */
const OPEN_DEADLINE_MS = 600_000;

/** The fleet of this start. */
export interface NewestFleet {
  readonly given: GivenFleet;
  /** The origin of the given fleet. Only a file may prune. */
  readonly origin: Exclude<Origin, "api">;
}

/** Data paths of the given fleet clash with those of other assets, or with those that its assets keep. */
export class DataPathsRefused extends StartRefused {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    const [first] = violations;
    super(`data paths of assets clash: ${first?.message}`);
    this.violations = violations;
  }
}

export interface FleetRecords {
  /**
   * Reconciles the stored sites and assets with the given ones, beside those of the API, which stay. Assets that the
   * file no longer names are removed with their telemetry and dispatches; retired assets keep theirs. Assets of
   * the file and of the default fleet stay stored, and are not simulated, while the other fleet runs.
   *
   * @param mayPrune Whether more than half of the assets of the file may be removed.
   * @throws StartRefused where they would be removed and may not, where the given fleet has ids of the API, or
   *         data paths that clash, and where the assets and sites of the API break a rule. Nothing is changed then.
   */
  open(newest: NewestFleet, mayPrune: boolean): Promise<OpenedFleet>;
  /** Empties every table. */
  reset(): Promise<void>;
}

export function createFleetRecords(client: Client, log: Log): FleetRecords {
  return {
    async open({ given, origin }, mayPrune) {
      const { table, origins } = await client.transact(OPEN_DEADLINE_MS, async (sql) => {
        const fleet = await reconcile(sql, { given, origin }, log);
        const goneIds = origin === "file" ? await goneOf(sql, fleet.table, mayPrune) : [];
        const { sites: givenSites } = given;
        await putFleet(sql, { sites: givenSites, assets: fleet.assets, originOf: () => origin });
        await pruneAssets(sql, goneIds, log);
        const { sites, retiredSites } = fleet.table;
        if (origin === "file") await pruneSites(sql, idsOf([...sites, ...retiredSites]));
        return fleet;
      });
      return { table, origins, states: await client.within(DEADLINE_MS, (sql) => readStates(sql)) };
    },
    reset: () =>
      client.within(DEADLINE_MS, async (sql) => {
        const emptied = STORED_TABLES.filter(({ staysAtReset }) => !staysAtReset);
        const isTable = ({ retention }: StoredTable) => retention !== "minutes";
        await sql.unsafe(`truncate ${emptied.filter(isTable).map(({ name }) => name)}`);
        // Continuous aggregates must be emptied one by one.
        for (const { name } of tablesRetainedBy("minutes")) await sql.unsafe(`truncate ${name}`);
      }),
  };
}

/** The assets and sites of the API, with the given ones. */
async function reconcile(sql: Sql, { given, origin }: NewestFleet, log: Log) {
  const paths = await readDataPaths(sql);
  const pathOf = (id: string) => paths.get(id);
  const stored = await giveDataPaths(sql, await readApiFleet(sql), withKeptPaths(given, pathOf));
  const { sites, assets, origins } = await raiseLeastValues(sql, stored, log);
  const isOfApi = ({ id }: Site) => origins.get(id) === "api";
  const others = sites.filter((site) => !isOfApi(site));
  const findings = findingsOf(sites.filter(isOfApi), assets, others);
  if (findings.length > 0)
    throw new StartRefused(
      `stored sites or assets of the API break rules: ${findings.join("; ")}: correct them in the database`,
    );
  const table = createFleetTable(sites, assets);
  const reconciled = reconcileFleet(table, origins, given, origin, pathOf);
  if (reconciled.accepted) return reconciled;
  const { violations } = reconciled;
  if (violations.every(({ field }) => field === "dataPath")) throw new DataPathsRefused(violations);
  const ids = violations.map(({ list, index }) => given[list][index]?.id ?? "");
  const which =
    origin === "file"
      ? "the assets file names"
      : "there is no valid assets file, and the default fleet has";
  throw new StartRefused(
    `${which} ids that were registered by the API: ${idList(ids)}: name a file with others`,
  );
}

/** Ids of the stored assets that the file no longer names. */
async function goneOf(sql: Sql, table: FleetTable, mayPrune: boolean): Promise<string[]> {
  const stored = await sql<{ id: string }[]>`select id from assets where origin = 'file'`;
  const gone = idsOf(stored).filter((id) => table.findAsset(id) === undefined);
  if (gone.length * 2 > stored.length && !mayPrune)
    throw new StartRefused(
      `the assets file no longer names ${gone.length} of ${stored.length} stored assets, and their history would be removed: set PRUNE=1 if this is meant`,
    );
  return gone;
}

function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}
