// The store of the fleet in PostgreSQL.
import type { Digests } from "../../domain/audit/chain.ts";
import { Fault } from "../../domain/base/fault.ts";
import type { FleetStore } from "../../domain/ports/fleet-store.ts";
import type { Log } from "../../domain/ports/log.ts";
import { storeRecords } from "../audit/audit-rows.ts";
import { type Client, type Sql, uuidArray } from "../database/client.ts";
import { pruneAssets } from "./prune.ts";
import { IdsStillStored, putFleet } from "./put.ts";
import { readStates } from "./states.ts";

/** A file may add very many assets at once. */
const DEADLINE_MS = 30_000;

/** @param pruning Runs the work of pruning in one transaction, apart from other maintenance of history. */
export function createFleetStore(
  client: Client,
  pruning: (work: (sql: Sql) => Promise<void>) => Promise<void>,
  auditDigests: Digests,
  log: Log,
): FleetStore {
  return {
    put: (difference, audit = []) =>
      client
        .transact(DEADLINE_MS, async (sql) => {
          await putFleet(sql, difference);
          await storeRecords(sql, audit, auditDigests);
        })
        .catch((error) => {
          if (!(error instanceof IdsStillStored)) throw error;
          throw new Fault("STORE_UNAVAILABLE", error.message, { retryable: true, cause: error });
        }),
    prune: (goneIds) => pruning((sql) => pruneAssets(sql, goneIds, log)),
    statesOf: (assetIds) =>
      client.within(DEADLINE_MS, (sql) =>
        readStates(sql, sql`assets.id = any(${uuidArray(sql, assetIds)})`),
      ),
  };
}
