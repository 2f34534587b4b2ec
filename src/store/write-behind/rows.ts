// Stores rows of telemetry, their totals, and the states of their assets.
import type { AssetModelState } from "../../domain/battery/stored-state.ts";
import type { Sql } from "../database/client.ts";
import { copyIn } from "../database/copy.ts";
import { advanceStatesSql, ROW_COLUMNS } from "../telemetry/columns.ts";
import { COPY_HEADER, COPY_TRAILER } from "../telemetry/row-encoder.ts";
import { STAGING_SQL } from "../telemetry/staging.ts";
import { totalsSql } from "../telemetry/totals.ts";
import { reopenMinutes } from "../telemetry/watermarks.ts";

/**
 * Stores rows and their totals, each once however often they are sent.
 *
 * @returns The instant from which minutes must be summed up again, as `reopenMinutes`.
 */
export async function storeRows(
  sql: Sql,
  payloads: readonly Uint8Array[],
): Promise<number | undefined> {
  const columns = ROW_COLUMNS.join(", ");
  await sql.unsafe(STAGING_SQL);
  await copyIn(
    sql,
    `copy staging (${columns}) from stdin (format binary)`,
    (stream) =>
      new Promise((resolve, reject) => {
        stream.on("error", reject);
        stream.on("finish", resolve);
        for (const bytes of [COPY_HEADER, ...payloads, COPY_TRAILER]) stream.write(bytes);
        stream.end();
      }),
  );
  await sql.unsafe(
    `insert into telemetry (${columns}) select ${columns} from staging on conflict do nothing`,
  );
  await sql.unsafe(totalsSql("staging"));
  return reopenMinutes(sql);
}

/**
 * Advances the states of the assets whose rows were stored in this transaction.
 *
 * @param modelStates The own states of battery models, which take the place of all that are stored; undefined: these
 *                    stay, as before the fleet runs.
 */
export async function storeStates(
  sql: Sql,
  modelStates: readonly AssetModelState[] | undefined,
): Promise<void> {
  const reset = modelStates === undefined ? [] : ["model_state = null"];
  await sql.unsafe(advanceStatesSql("staging", reset));
  if (modelStates !== undefined) await storeModelStates(sql, modelStates);
}

/** Stores the own states of battery models beside the states of their assets. */
export async function storeModelStates(
  sql: Sql,
  modelStates: readonly AssetModelState[],
): Promise<void> {
  if (modelStates.length === 0) return;
  const given = modelStates.map(({ assetId, modelState }) => ({ id: assetId, state: modelState }));
  await sql`
    update asset_states set model_state = given.state
    from json_to_recordset(${JSON.stringify(given)}::text::json) as given (id uuid, state jsonb)
    where asset_states.asset_id = given.id`;
}
