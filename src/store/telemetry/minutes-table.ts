// A plain table of minutes in place of a continuous aggregate, which cannot hold minutes without samples.
import type { Sql } from "../database/client.ts";
import { type MinuteSource, minuteNames } from "./minutes.ts";

/** Whether staged minutes are neither in the aggregate nor those of stored samples, from which it is refreshed. */
export async function hasOtherMinutes(
  sql: Sql,
  { minutes, samples, id }: MinuteSource,
  staged: string,
): Promise<boolean> {
  const [found] = await sql.unsafe<{ other: boolean }[]>(`
    select exists (
      select from ${staged} staged
      where not exists (
        select from ${minutes} made where made.${id} = staged.${id} and made.ts = staged.ts
      ) and not exists (
        select from ${samples} sample where sample.${id} = staged.${id}
          and sample.ts >= staged.ts and sample.ts < staged.ts + interval '1 minute'
      )
    ) as other`);
  return found?.other ?? false;
}

/** Replaces an aggregate by the table of plain PostgreSQL, with all of its minutes. */
export async function replaceAggregate(sql: Sql, source: MinuteSource): Promise<void> {
  const { minutes, id } = source;
  const names = minuteNames(source).join(", ");
  const columns = source.columns.map(
    (column) => `${column.name} ${column.getSQLType()}${column.notNull ? " not null" : ""}`,
  );
  await sql.unsafe(`
    create temp table made on commit drop as select * from ${minutes};
    drop materialized view ${minutes};
    create table ${minutes} (${id} uuid not null, ts timestamp with time zone not null, ${columns.join(", ")},
      constraint ${minutes}_${id}_ts_pk primary key (${id}, ts));
    insert into ${minutes} (${id}, ts, ${names})
      select ${id}, ts, ${names} from made;
    drop table made`);
}
