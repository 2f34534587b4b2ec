// Storage of samples that came late.
import { getTableColumns } from "drizzle-orm";
import type { LateSample } from "../../domain/ports/telemetry-store.ts";
import { statusOf } from "../../domain/telemetry/frame.ts";
import type { Sql } from "../database/client.ts";
import { definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { telemetry } from "../database/schema.ts";
import { STAGING_SQL } from "./staging.ts";
import { reopenMinutes } from "./watermarks.ts";

const COLUMNS = getTableColumns(telemetry);
const NAMES = namesOf(COLUMNS).join(", ");

/** Samples of stored assets, unless the samples of their time were removed. */
const STAGE = `
  insert into staging (${NAMES}) select ${NAMES}
  from json_to_recordset($1::text::json) as given (${definitionsOf(COLUMNS)})
  where asset_id in (select id from assets)
    and ts >= (select coalesce(max(raw_from), '-infinity') from history_marks)`;

/** Stores late samples, in a transaction while no minutes are summed up; those of theirs are summed up again. */
export async function storeLate(
  sql: Sql,
  samples: readonly LateSample[],
  knownMs: number,
): Promise<void> {
  await sql.unsafe(STAGING_SQL);
  const rows = samples.map((sample) => ({
    ...sample,
    ts: sample.timestampMs,
    status: statusOf(sample.currentMw, sample.minMw, sample.maxMw),
    known: knownMs,
  }));
  await sql.unsafe(STAGE, [rowsJson(COLUMNS, rows)]);
  await sql.unsafe(
    `insert into telemetry (${NAMES}) select ${NAMES} from staging on conflict do nothing`,
  );
  await reopenMinutes(sql);
}
