// The import of one table of an export.
import { existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Log } from "../../domain/ports/log.ts";
import { olderDispatchesSql } from "../adoption/dispatches.ts";
import type { Sql } from "../database/client.ts";
import { copyIn } from "../database/copy.ts";
import type { StoredTable } from "../database/tables.ts";
import { MINUTE_SOURCES } from "../telemetry/minutes.ts";
import { hasOtherMinutes, replaceAggregate } from "../telemetry/minutes-table.ts";
import { isAggregate } from "../telemetry/timescale.ts";
import { lineOfRow, readExportFile, readFirstRecords } from "./export-file.ts";
import { TransferRefused } from "./refused.ts";
import { presentColumn, renameValues } from "./renamed-columns.ts";
import { rowChecks } from "./row-checks.ts";
import { columnsOf, type TableColumn } from "./table-columns.ts";

/** Columns of a dispatch that an older version does not write, and that are derived. */
const SINCE_FOLLOWED = new Set(["start_at", "on_shortfall"]);

interface ImportedFile {
  readonly table: StoredTable;
  readonly path: string;
  /** The columns of the file, in its order. */
  readonly columns: readonly TableColumn[];
}

/** @returns How many rows were new, and how many the file has. */
export async function importTable(
  sql: Sql,
  table: StoredTable,
  path: string,
  log: Log,
): Promise<{ added: number; read: number }> {
  // Older versions have fewer tables.
  if (!existsSync(path)) return { added: 0, read: 0 };
  const file = await openFile(sql, table, path);
  const read = await stage(sql, file);
  const added = (await holdsAlready(sql, table.name, log)) ? 0 : await insertStaged(sql, file);
  await sql.unsafe("drop table incoming");
  return { added, read };
}

/**
 * Whether staged minutes are those of a continuous aggregate. Where some are older than any sample, the aggregate is
 * replaced by a table first.
 */
async function holdsAlready(sql: Sql, table: string, log: Log): Promise<boolean> {
  const source = MINUTE_SOURCES.find(({ minutes }) => minutes === table);
  if (source === undefined || !(await isAggregate(sql, table))) return false;
  if (!(await hasOtherMinutes(sql, source, "incoming"))) return true;
  await replaceAggregate(sql, source);
  log.info({ table }, `${table} holds imported minutes without samples: it is a table from now on`);
  return false;
}

async function openFile(sql: Sql, table: StoredTable, path: string): Promise<ImportedFile> {
  const [header, first] = await readFirstRecords(path);
  const known = new Map((await columnsOf(sql, table)).map((column) => [column.name, column]));
  const names = (header?.cells ?? []).map((name) => presentColumn(table.name, name));
  const columns = names.map((name, index) => {
    const column = known.get(name);
    if (column === undefined)
      throw new TransferRefused(
        `${path}, line 1: ${table.name} has no column ${name} in this version: use the version that wrote it, or a newer one`,
      );
    if (names.indexOf(name) < index)
      throw new TransferRefused(`${path}, line 1: the column ${name} is there twice`);
    return column;
  });
  const isOlder = isOfOlderVersion(table.name, names);
  const missing = [...known.values()].find(
    ({ name, isRequired }) =>
      isRequired && !names.includes(name) && !(isOlder && SINCE_FOLLOWED.has(name)),
  );
  if (missing !== undefined)
    throw new TransferRefused(
      `${path}, line 1: the column ${missing.name} is missing; there are ${names.join(", ") || "none"}`,
    );
  columns.forEach(({ name, type }, index) => {
    const cell = first?.cells[index] ?? "";
    if (type === "timestamp with time zone" && /^\d{1,2}[/.-]/.test(cell))
      throw new TransferRefused(
        `${path}, line ${first?.line}, column ${name}: ${cell} may be read with day and month in either order: write instants as 2026-11-29 12:00:00+00`,
      );
  });
  return { table, path, columns };
}

/** Reads the whole file into a table of its own, so that a wrong row is reported with its line. */
async function stage(sql: Sql, { table, path, columns }: ImportedFile): Promise<number> {
  await sql.unsafe(
    `create temp table incoming (like ${table.name} including defaults) on commit drop`,
  );
  const given = new Set(columns.map(({ name }) => name));
  const all = await columnsOf(sql, table, { withOwn: true });
  const dropped = all.filter(({ name }) => !given.has(name));
  if (dropped.length > 0)
    await sql.unsafe(
      `alter table incoming ${dropped.map(({ name }) => `drop column ${name}`).join(", ")}`,
    );
  await sql.unsafe(
    "alter table incoming add column incoming_place bigint generated always as identity",
  );
  const names = columns.map(({ name }) => name).join(", ");
  try {
    await copyIn(sql, `copy incoming (${names}) from stdin with (format csv, header)`, (stream) =>
      pipeline(readExportFile(path), stream),
    );
  } catch (error) {
    throw refusalOf(error, path);
  }
  await renameValues(sql, table.name, given);
  await refuseWhere(sql, path, table.name, columns);
  const [counted] = await sql.unsafe<{ count: number }[]>(
    "select count(*)::float8 as count from incoming",
  );
  return counted?.count ?? 0;
}

/** @throws TransferRefused at the first row with a value that its column accepts but this program cannot use. */
async function refuseWhere(
  sql: Sql,
  path: string,
  table: string,
  columns: readonly TableColumn[],
): Promise<void> {
  const names = columns.map(({ name }) => name);
  const checks = rowChecks(table, columns, isOfOlderVersion(table, names));
  if (checks.length === 0) return;
  const [bad] = await sql.unsafe<{ place: number; what: string }[]>(`
    select place, what from (
      select incoming_place::int8::float8 as place, case ${checks.join(" ")} end as what from incoming
    ) checked where what is not null order by place limit 1`);
  if (bad === undefined) return;
  const line = await lineOfRow(path, bad.place);
  throw new TransferRefused(`${path}, line ${line}, column ${bad.what}`);
}

async function insertStaged(
  sql: Sql,
  { table: { name: table, isKeyless, ownColumn }, columns }: ImportedFile,
): Promise<number> {
  const names = columns.map(({ name }) => name);
  const list = names.join(", ");
  if (isOfOlderVersion(table, names)) {
    const older = `select ${list}, incoming_place as place from incoming`;
    return (await sql.unsafe(olderDispatchesSql(older))).count;
  }
  // Rows whose key is assigned anew here are identified by all their values.
  const isSame = names.map((name) => `there.${name} = incoming.${name}`).join(" and ");
  const which = isKeyless
    ? `where not exists (select from ${table} there where ${isSame}) order by incoming_place`
    : `${ownColumn === undefined ? "" : "order by incoming_place"} on conflict do nothing`;
  const inserted = await sql.unsafe(
    `insert into ${table} (${list}) select ${list} from incoming ${which}`,
  );
  return inserted.count;
}

/** Whether an older version wrote the file: its dispatches have no events. */
function isOfOlderVersion(table: string, columns: readonly string[]): boolean {
  return table === "dispatches" && !columns.includes("start_at");
}

/** An error of the database at a row, with its line and column; other failures are returned as they are. */
function refusalOf(error: unknown, path: string): unknown {
  const {
    code = "",
    message,
    where = "",
    detail = "",
    column_name,
  } = error as Error & {
    code?: string;
    where?: string;
    detail?: string;
    column_name?: string;
  };
  if (!/^2[23]/.test(code)) return error;
  const [, line, column = column_name] =
    /^COPY incoming, \S+ (\d+)(?:, \S+ (\w+))?/m.exec(where) ?? [];
  const place = [line && `, line ${line}`, column && `, column ${column}`];
  return new TransferRefused(
    `${path}${place.filter(Boolean).join("")}: ${[message, detail].filter(Boolean).join(": ")}`,
    {
      cause: error,
    },
  );
}
