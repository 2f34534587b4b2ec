// The tables of data points.
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Json } from "../../domain/audit/record.ts";
import type { DataPointSource, DataPointType } from "../../domain/data-point/data-point.ts";
import { millis } from "./column-types.ts";

/** A change of a request. */
export type ChangeCells = readonly [
  path: string,
  source: DataPointSource,
  fromMs: number,
  untilMs: number,
  author: string,
  knownMs: number,
];

/** In the order of code points, in which prefixes are ranges. */
const path = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** The catalogue. Ours, as the tables that follow. */
export const dataPoints = pgTable("data_points", {
  path: path("path").primaryKey(),
  type: text("type").$type<DataPointType>().notNull(),
  unit: text("unit"),
  resolution: text("resolution"),
  timeZone: text("time_zone").notNull(),
  description: text("description"),
  minValue: doublePrecision("min_value"),
  maxValue: doublePrecision("max_value"),
  jsonSchema: json("json_schema").$type<Json>(),
  retention: text("retention"),
  /** The length of its blocks, which stays when the resolution changes. */
  blockMs: integer("block_ms").notNull(),
});

/** One row for each request that wrote, in the order in which they became visible. */
export const dataPointWrites = pgTable(
  "data_point_writes",
  {
    recordedMs: millis("recorded_at").primaryKey(),
    /** The id of the request, given by its client, and the request as text. */
    requestId: text("request_id"),
    text: text("text"),
    /** Path, source, begin and end in ms, author, and known in ms, of each write; null: a version before this column wrote it. */
    changes: json("changes").$type<readonly ChangeCells[]>(),
  },
  (table) => [uniqueIndex("data_point_writes_request").on(table.requestId)],
);

const writtenColumns = {
  path: path("path").notNull(),
  source: text("source").$type<DataPointSource>().notNull(),
  /** Orders writes of a path and source, and nothing else does: 1,000 times the ms of their recording, and the place of the row in the request. */
  sequence: bigint("sequence", { mode: "number" }).notNull(),
  knownMs: millis("known").notNull(),
  recordedMs: millis("recorded_at").notNull(),
  expiresAtMs: millis("expires_at"),
  author: text("author").notNull(),
  requestId: text("request_id"),
};

/**
 * Numbers: what one write of one path and source wrote in one block, a day or an hour of UTC; of more than 5,000 values
 * in several rows, whose sequences follow one another. The instant of a value is
 * `begin_at` and its offset, or `first_ms` and its place times `step_ms`.
 */
export const dataPointBlocks = pgTable(
  "data_point_blocks",
  {
    ...writtenColumns,
    beginMs: millis("begin_at").notNull(),
    /** Whether it was derived from the rows before, which all stay: `known` is the last of theirs. */
    isDerived: boolean("is_derived").notNull(),
    /** Whether it hides all older rows of its block. */
    isFull: boolean("is_full").notNull(),
    /** Offset of the first value; null: it has none. */
    firstMs: integer("first_ms"),
    /** All instants are whole steps from the begin; null: they are not. */
    stepMs: integer("step_ms"),
    /** null: one value a step. */
    offsetsMs: integer("offsets_ms").array(),
    /** null in it: not written. */
    values: doublePrecision("values").array().notNull(),
    /** It hides older values from here, until there; null: none. */
    withdrawnFromMs: integer("withdrawn_from_ms"),
    withdrawnUntilMs: integer("withdrawn_until_ms"),
    /** Of a derived row: known, recorded, author and expiry of the writes that its values are of, and the place there of each. */
    origins: json("origins"),
    originPlaces: integer("origin_places").array(),
  },
  (table) => [
    primaryKey({
      columns: [table.path, table.source, table.beginMs, table.sequence, table.isDerived],
    }),
  ],
);

/** Matrices and documents: one row a version of an instant. */
export const dataPointContents = pgTable(
  "data_point_contents",
  {
    ...writtenColumns,
    atMs: millis("at").notNull(),
    /** A matrix, or an object with the document; null: it is a withdrawal. */
    content: json("content"),
  },
  (table) => [primaryKey({ columns: [table.path, table.source, table.atMs, table.sequence] })],
);
