// Data points in the form of REST: entries of the catalogue, rows, and refusals.
import { z } from "@hono/zod-openapi";
import type { Json } from "../../../domain/audit/record.ts";
import type { AnsweredValue } from "../../../domain/data-point/aggregate.ts";
import {
  type Content,
  DATA_POINT_TYPES,
  type DataPoint,
  type DataPointType,
} from "../../../domain/data-point/data-point.ts";
import { type DataRefusal, SNAKE, wordsOf } from "../../../domain/data-point/refusal.ts";
import type { PointVersion } from "../../../domain/data-point/write.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { instantOrNull, instantText } from "../base/schemas.ts";

export const DATA_EXAMPLE = {
  path: "Market/FI/DayAhead/Price",
  from: "2026-12-01T00:00:00.000Z",
} as const;

const TYPES_TEXT = Object.entries(DATA_POINT_TYPES)
  .map(([type, meaning]) => `${type}: ${meaning}`)
  .join(" ");

export const DataPath = z.string().openapi({
  description:
    "The path: 1 to 16 segments of letters, digits, _, - and ., separated by /; 256 characters at most.",
  example: DATA_EXAMPLE.path,
});

export const TypeJson = z
  .enum(Object.keys(DATA_POINT_TYPES) as DataPointType[])
  .openapi({ description: TYPES_TEXT });

export const SourceJson = z
  .enum(["original", "override"])
  .openapi({ description: "original: a system wrote it. override: a person, over it." });

const textOrNull = (description: string) => z.string().nullable().openapi({ description });
const numberOrNull = (description: string) => z.number().nullable().openapi({ description });
const schemaOrNull = z
  .unknown()
  .transform((it) => (it ?? null) as Json)
  .openapi({
    type: ["object", "boolean", "null"],
    description: "JSON Schema (2020-12) of documents; null: any document.",
  });

const FIELDS = {
  id: DataPath,
  type: TypeJson,
  unit: textOrNull("Shown beside values; null: none. Values are not converted."),
  resolution: textOrNull("From one value to the next, ISO 8601, like PT15M; null: irregular."),
  time_zone: z
    .string()
    .openapi({ description: "The zone of its market, a name of IANA: that of days and steps." }),
  description: textOrNull("What it is, in words."),
  min_value: numberOrNull("The least sane value, included; null: any."),
  max_value: numberOrNull("The greatest sane value, included; null: any."),
  json_schema: schemaOrNull,
  retention: textOrNull(
    "Older values are not read any more, and removed, ISO 8601, like P3Y; null: as the nearest entry above.",
  ),
};

export const DataPointJson = z
  .object({
    ...FIELDS,
    is_read_only: z.boolean().openapi({
      description: "Whether it is answered from the fleet, and nothing is written to it.",
    }),
  })
  .openapi("DataPoint");

export const DataPointInput = z
  .strictObject({
    id: FIELDS.id,
    type: FIELDS.type,
    unit: FIELDS.unit.optional(),
    resolution: FIELDS.resolution.optional(),
    time_zone: FIELDS.time_zone.nullish().openapi({ description: "Left out: UTC." }),
    description: FIELDS.description.optional(),
    min_value: FIELDS.min_value.optional(),
    max_value: FIELDS.max_value.optional(),
    json_schema: FIELDS.json_schema.optional(),
    retention: FIELDS.retention.optional(),
    is_read_only: z.boolean().optional().openapi({ description: "Left aside: of answers alone." }),
  })
  .openapi("DataPointInput");

export function dataPointJson(point: DataPoint): z.output<typeof DataPointJson> {
  return {
    id: point.path,
    type: point.type,
    unit: point.unit,
    resolution: point.resolution,
    time_zone: point.timeZone,
    description: point.description,
    min_value: point.minValue,
    max_value: point.maxValue,
    json_schema: point.jsonSchema,
    retention: point.retention,
    is_read_only: point.isReadOnly ?? false,
  };
}

export const ArrowBody = z.string().openapi({
  format: "binary",
  description:
    "An Arrow IPC stream without compressed buffers: id, source and author as utf8, timestamp and known as timestamps in ms, value as a double, or as utf8 with JSON where some are no numbers.",
});

/** The columns of values; of steps one more follows, and of versions four. */
export const VALUE_COLUMNS = ["id", "timestamp", "value", "source", "known", "author"] as const;
export const STEP_COLUMNS = [...VALUE_COLUMNS, "covered_ratio"] as const;
export const VERSION_COLUMNS = [
  ...VALUE_COLUMNS,
  ...["recorded_at", "expires_at", "is_withdrawal", "request_id"],
] as const;

export const DataRowJson = z
  .object({
    id: DataPath,
    timestamp: z
      .string()
      .openapi({ format: "date-time", description: "The instant, or the start of the step, UTC." }),
    value: z.unknown().openapi({
      type: ["number", "object", "array", "string", "boolean", "null"],
      description:
        "A number in the unit of the data point; a matrix as rows, columns and values; or a document. Of a withdrawal null.",
    }),
    source: SourceJson,
    known: z
      .string()
      .openapi({ format: "date-time", description: "Since when the world could know it, UTC." }),
    author: z.string().openapi({ description: "Who wrote it." }),
    covered_ratio: z.number().optional().openapi({
      description: "Of steps: how much of the step has values, 0 to 1.",
    }),
    recorded_at: z.string().optional().openapi({
      format: "date-time",
      description: "Of versions: when it was stored, UTC.",
    }),
    expires_at: z.string().nullable().optional().openapi({
      format: "date-time",
      description: "Of versions: from when on the override is not in force; null: never.",
    }),
    is_withdrawal: z
      .boolean()
      .optional()
      .openapi({ description: "Of versions: it takes away the values before it." }),
    request_id: z
      .string()
      .nullable()
      .optional()
      .openapi({ description: "Of versions: the id of the request, given by its client." }),
  })
  .openapi("DataRow");

/** A value as JSON has it. */
export function valueJson(content: Content | null): unknown {
  if (content === null || typeof content === "number") return content;
  return "document" in content ? content.document : content;
}

/** A value for a cell of CSV: a document is its JSON, also where it is a text or a number. */
export function valueCell(content: Content | null): unknown {
  if (content === null || typeof content === "number" || !("document" in content))
    return valueJson(content);
  return { toJSON: () => content.document };
}

/** @param write What a value is written as. */
export function valueRow(
  path: string,
  value: AnsweredValue,
  isStep: boolean,
  write: (content: Content | null) => unknown,
) {
  return {
    id: path,
    timestamp: instantText(value.atMs),
    value: write(value.content),
    source: value.source,
    known: instantText(value.knownMs),
    author: value.author,
    ...(isStep && { covered_ratio: value.coveredRatio ?? 1 }),
  };
}

export function versionRow(
  path: string,
  version: PointVersion,
  write: (content: Content | null) => unknown,
) {
  return {
    id: path,
    timestamp: instantText(version.atMs),
    value: write(version.content),
    source: version.source,
    known: instantText(version.knownMs),
    author: version.author,
    recorded_at: instantText(version.recordedMs),
    expires_at: instantOrNull(version.expiresAtMs),
    is_withdrawal: version.content === null,
    request_id: version.requestId,
  };
}

/** The problem of a refusal. @param row The row of a body, from 1 on; undefined where it is none of one. */
export function dataProblem(refusal: DataRefusal, row?: number): Problem {
  const { code, path, column } = refusal;
  const { message, field } = wordsOf(refusal, SNAKE);
  const place = row === undefined ? "" : `row ${row}${path === undefined ? "" : ` (${path})`}: `;
  const of = place === "" && path !== undefined && !message.includes(path) ? `${path}: ` : place;
  return problem(code, `${of}${message}`, {
    ...(field !== undefined && { field }),
    ...(row !== undefined && { row }),
    ...(column !== undefined && { column }),
  });
}
