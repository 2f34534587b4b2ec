// The catalogue in the database.
import { and, asc, eq, sql as fragment, getTableColumns, gt, or } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { blockMsOf, fixedMs } from "../../domain/data-point/block.ts";
import type { DataPoint, DataPointType } from "../../domain/data-point/data-point.ts";
import type { CatalogueFilter } from "../../domain/ports/data-point-store.ts";
import type { Sql } from "../database/client.ts";
import { hasNul } from "../database/nul.ts";
import { query } from "../database/query.ts";
import { definitionsOf, namesOf, rowsJson } from "../database/recordset.ts";
import { dataPoints } from "../database/schema.ts";
import type { BlockShape } from "./block-encoding.ts";

const FIELDS = getTableColumns(dataPoints);
const { blockMs: _, ...POINT_FIELDS } = FIELDS;
const { path: __, ...CHANGING } = POINT_FIELDS;

export async function listPoints(sql: Sql, filter: CatalogueFilter): Promise<DataPoint[]> {
  const { type, search, after, limit } = filter;
  if (hasNul(search) || hasNul(after)) return [];
  const prefixes = filter.prefixes?.filter((prefix) => !hasNul(prefix));
  const { path, description, unit } = dataPoints;
  const wanted = search?.toLowerCase();
  const contains = (text: PgColumn) => fragment`position(${wanted} in lower(${text})) > 0`;
  return query(sql, (db) =>
    db
      .select(POINT_FIELDS)
      .from(dataPoints)
      .where(
        and(
          prefixes && (or(...prefixes.map(isBelowSql)) ?? fragment`false`),
          type === undefined ? undefined : eq(dataPoints.type, type),
          after === undefined ? undefined : gt(path, after),
          wanted === undefined
            ? undefined
            : or(contains(path), contains(description), contains(unit)),
        ),
      )
      .orderBy(asc(path))
      .limit(limit),
  );
}

/** "0" follows "/" in the order of code points. */
function isBelowSql(prefix: string) {
  const { path } = dataPoints;
  if (prefix === "") return fragment`true`;
  return fragment`(${path} = ${prefix} or (${path} >= ${`${prefix}/`} and ${path} < ${`${prefix}0`}))`;
}

export function findPoints(sql: Sql, paths: readonly string[]): Promise<DataPoint[]> {
  return query(sql, (db) =>
    db
      .select(POINT_FIELDS)
      .from(dataPoints)
      .where(fragment`${dataPoints.path} = any(${amongPaths(paths)})`),
  );
}

const amongPaths = (paths: readonly string[]) => {
  const list = JSON.stringify(paths.filter((path) => !hasNul(path)));
  return fragment`array(select json_array_elements_text(${list}::text::json))`;
};

/** How a path is kept, and what of. */
export type PointShape = BlockShape & { readonly type: DataPointType };

export async function shapesOf(
  sql: Sql,
  paths: readonly string[],
): Promise<ReadonlyMap<string, PointShape>> {
  const { path, type, resolution, blockMs } = dataPoints;
  const rows = await query(sql, (db) =>
    db
      .select({ path, type, resolution, blockMs })
      .from(dataPoints)
      .where(fragment`${path} = any(${amongPaths(paths)})`),
  );
  return new Map(rows.map((row) => [row.path, shapeOf(row)]));
}

interface ShapeRow {
  readonly type: DataPointType;
  readonly resolution: string | null;
  readonly blockMs: number;
}

/** Steps have a place in a block where it is whole steps long. */
function shapeOf({ type, resolution, blockMs }: ShapeRow): PointShape {
  const stepMs = resolution === null ? undefined : fixedMs(resolution);
  const fits = stepMs !== undefined && blockMs % stepMs === 0;
  return { type, blockMs, stepMs: fits ? stepMs : undefined };
}

const PUT = `
  insert into data_points (${namesOf(FIELDS)})
  select ${namesOf(FIELDS)}
  from json_to_recordset($1::text::json) as given (${definitionsOf(FIELDS)})
  on conflict (path) do update set ${namesOf(CHANGING).map((name) => `${name} = excluded.${name}`)}`;

/** Of a path that is given several times the last entry holds. */
export async function putPoints(sql: Sql, points: readonly DataPoint[]): Promise<void> {
  const last = new Map(
    points.map((point) => [point.path, { ...point, blockMs: blockMsOf(point.resolution) }]),
  );
  if (last.size > 0)
    await sql.unsafe(PUT, [rowsJson(FIELDS, [...last.values()])], { prepare: true });
}
