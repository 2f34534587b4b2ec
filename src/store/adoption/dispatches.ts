// Adoption of dispatches: rows of the older table as rows of ours.
import { LONGEST_DURATION_S } from "../../domain/dispatch/request.ts";
import type { Sql } from "../database/client.ts";
import { columnsOf, flushed, isMeasured } from "./columns.ts";
import type { AdoptionReport } from "./report.ts";
import type { OlderTables } from "./tables.ts";

const COLUMNS = ["id", "asset_id", "mode", "mw", "duration_s", "status", "reason", "submitted_at"];

export async function copyDispatches(
  sql: Sql,
  { tables }: OlderTables,
  report: AdoptionReport,
): Promise<void> {
  const found = tables.get("dispatches");
  if (found === undefined) return;
  const column = columnsOf(found, "t");
  const [id, mw] = [column.id("id"), column.as("mw", "float8")];
  await sql.unsafe(`
    create temp table adopting_dispatches on commit drop as
    select *, case when id is null then 'no id' when asset_id is null then 'no asset' when mw is null then 'no power'
      when submitted_at is null or not isfinite(submitted_at) then 'no instant'
      when not ${isMeasured("mw")} then 'no power that can be' when occurrence > 1 then 'repeated' end as refusal
    from (
      select ${id} as id, ${column.id("asset_id")} as asset_id,
        case when lower(${column.as("mode", "text")}) = 'charge' then -abs(${flushed(mw)}) else ${flushed(mw)} end as mw,
        ${column.as("duration_s", "bigint")} as duration_s, coalesce(lower(${column.as("status", "text")}), 'accepted') as status,
        ${column.as("reason", "text")} as reason, ${column.as("submitted_at", "timestamptz")} as submitted_at,
        ${column.others(COLUMNS) ?? "null::jsonb"} as others, to_jsonb(t) as source, ${column.isMadeUp("id")} as is_made_up,
        row_number() over (partition by ${id}${found.hasPlaces ? " order by t.ctid" : ""}) as occurrence,
        row_number() over (order by ${column.as("submitted_at", "timestamptz")}${found.hasPlaces ? ", t.ctid" : ""}) as place
      from older_dispatches t
    ) older`);
  const set = await sql.unsafe<{ reason: string; count: number }[]>(`
    with set_aside as (
      insert into adoption_rejected (source, reason, row)
      select 'dispatches', refusal, source from adopting_dispatches where refusal is not null returning reason
    ) select reason, count(*)::int as count from set_aside group by reason`);
  for (const { reason, count } of set) report.count("setAside", `dispatches, ${reason}`, count);
  const others = await sql.unsafe(`
    insert into adoption_rejected (source, reason, row)
    select 'dispatches', 'other columns', others || jsonb_build_object('id', id)
    from adopting_dispatches where others is not null and refusal is null`);
  report.count("setAside", "other columns of dispatches", others.count);
  const madeUp = await sql.unsafe(`
    insert into adoption_rejected (source, reason, row)
    select 'dispatches', 'id is no UUID', jsonb_build_object('id', source->'id', 'uuid', id)
    from adopting_dispatches where is_made_up and refusal is null`);
  report.count("guessed", "ids of dispatches", madeUp.count);
  const taken = await sql.unsafe(
    olderDispatchesSql("select * from adopting_dispatches where refusal is null"),
  );
  report.count("taken", "dispatches", taken.count);
}

/**
 * Inserts dispatches that have no events, as SQL: the newest dispatch of each asset is active, and the server that runs
 * the fleet ends it where its time has passed. Dispatches that were not accepted have failed. Migration 0002 does the same.
 *
 * @param older A query for the stored dispatches, with their `place` in the order of acceptance.
 */
export function olderDispatchesSql(older: string): string {
  return `
    with followed as (
      select *, case when status = 'accepted' then lead(submitted_at) over (
        partition by asset_id, status = 'accepted' order by place) end as next_at
      from (${older}) older
    ), decided as (
      select *, case when status <> 'accepted' then 'failed' when next_at is null then 'active'
        else 'superseded' end as new_status
      from followed
    )
    insert into dispatches (id, asset_id, mw, duration_s, status, reason, submitted_at, start_at, end_at,
                            on_shortfall, ended_at)
    select id, asset_id, mw, duration_s, new_status,
      case new_status when 'superseded' then 'NEWER_DISPATCH' when 'failed' then coalesce(reason, status)
        else reason end,
      submitted_at, submitted_at,
      case when duration_s is not null then
        submitted_at + make_interval(secs => least(greatest(duration_s, 0), ${LONGEST_DURATION_S})) end,
      case when duration_s is null then 'curtail' else 'refuse' end,
      case when new_status <> 'active' then coalesce(next_at, submitted_at) end
    from decided order by place
    on conflict do nothing`;
}
