// The store of settings in PostgreSQL.
import {
  and,
  desc,
  eq,
  sql as fragment,
  getTableColumns,
  gt,
  inArray,
  lt,
  lte,
  type SQL,
} from "drizzle-orm";
import type { Digests } from "../../domain/audit/chain.ts";
import type { Json } from "../../domain/audit/record.ts";
import type { SettingStore } from "../../domain/ports/setting-store.ts";
import type { SettingVersion } from "../../domain/settings/in-force.ts";
import { storeRecords } from "../audit/audit-rows.ts";
import type { Client, Sql } from "../database/client.ts";
import { query } from "../database/query.ts";
import { definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { settingValues } from "../database/schema.ts";

const DEADLINE_MS = 5_000;
const { sequence, ...FIELDS } = getTableColumns(settingValues);
/** Values are read from their text: the driver and Drizzle would each decode them, and a text of digits became a number. */
const READ = {
  ...FIELDS,
  value: fragment<Json>`${settingValues.value}::text`.mapWith(readValue),
};
const ADD = `
  insert into setting_values (${namesOf(FIELDS)})
  select ${namesOf(FIELDS)}
  from json_to_recordset($1::text::json) as given (${definitionsOf(FIELDS)})`;

/** Audit records are written in the transaction of their change. */
export function createSettingStore(client: Client, auditDigests: Digests): SettingStore {
  const within = <T>(work: (sql: Sql) => Promise<T>) => client.within(DEADLINE_MS, work);
  return {
    changes: (after) =>
      within(async (sql) => {
        const rows = await newest(sql, gt(sequence, after));
        const lastNumber = rows.reduce((last, row) => Math.max(last, row.sequence), after);
        return { versions: rows.map(versionOf), lastNumber };
      }),
    asOf: (atMs, scopes) =>
      within(async (sql) => {
        const { scope, changedAtMs } = settingValues;
        const rows = await newest(sql, and(inArray(scope, [...scopes]), lte(changedAtMs, atMs)));
        return rows.map(versionOf);
      }),
    history: (id, scope, { before, limit }) =>
      within((sql) => {
        const older = before === undefined ? undefined : lt(settingValues.version, before);
        return query(sql, (db) =>
          db
            .select(READ)
            .from(settingValues)
            .where(and(isOf(id, scope), older))
            .orderBy(desc(settingValues.version))
            .limit(limit),
        );
      }),
    find: (id, scope, version) =>
      within(async (sql) => {
        const isVersion = and(isOf(id, scope), eq(settingValues.version, version));
        const [found] = await query(sql, (db) =>
          db.select(READ).from(settingValues).where(isVersion),
        );
        return found;
      }),
    change: (id, decide) =>
      client.transact(DEADLINE_MS, async (sql) => {
        // Reads go on meanwhile; changes of other processes wait, so that rows become visible in their sequence.
        await sql`lock table setting_values in share row exclusive mode`;
        const change = decide((await newest(sql, eq(settingValues.id, id))).map(versionOf));
        if (change === undefined) return;
        await sql.unsafe(ADD, [rowsJson(FIELDS, [change.version])], { prepare: true });
        await storeRecords(sql, change.audit, auditDigests);
      }),
  };
}

type Row = SettingVersion & { readonly sequence: number };

/** The newest version of each id and scope, of some rows. */
function newest(sql: Sql, where: SQL | undefined): Promise<readonly Row[]> {
  const { id, scope, version } = settingValues;
  return query(sql, (db) =>
    db
      .selectDistinctOn([id, scope], { ...READ, sequence })
      .from(settingValues)
      .where(where)
      .orderBy(id, scope, desc(version)),
  );
}

/** A value with a number that is too large for a program is its text: as JSON, it would be shown as null. */
function readValue(text: string): Json {
  let isTooLarge = false;
  const value = JSON.parse(text, (_, it) => {
    isTooLarge ||= it === Infinity || it === -Infinity;
    return it;
  });
  return isTooLarge ? text : value;
}

function isOf(id: string, scope: string): SQL | undefined {
  return and(eq(settingValues.id, id), eq(settingValues.scope, scope));
}

function versionOf({ sequence: _, ...version }: Row): SettingVersion {
  return version;
}
