// The mutations of data points.

import type { Json } from "../../../domain/audit/record.ts";
import type { RefusalCode as Code } from "../../../domain/base/codes.ts";
import type { GivenContent } from "../../../domain/data-point/content-rules.ts";
import type { DataPoint as DataPointItem } from "../../../domain/data-point/data-point.ts";
import { CAMEL, type DataRefusal, wordsOf } from "../../../domain/data-point/refusal.ts";
import { refuseRequestId } from "../../../services/clients/request-rules.ts";
import type { InsertResult } from "../../../services/data-point/data-points.ts";
import { builder } from "../base/builder.ts";
import { refusal } from "../base/refusal.ts";
import { RefusalCode } from "../base/refusal-code.ts";
import { DataPoint, DataPointSource, DataPointType } from "./data-point.ts";

type Refused = Omit<DataRefusal, "code" | "message"> &
  ReturnType<typeof wordsOf> & { readonly code: Code };

const DataPointRefused = builder.objectRef<Refused>("DataPointRefused").implement({
  description: "The request changed nothing.",
  fields: (t) => ({
    code: t.expose("code", { type: RefusalCode, description: "Stable, for programs." }),
    message: t.exposeString("message", { description: "What is wrong, and what to do." }),
    id: t.id({
      nullable: true,
      description: "The path that it is about; null: it is about none.",
      resolve: ({ path }) => path ?? null,
    }),
    field: t.string({
      nullable: true,
      description: "The field at fault; null: it is none.",
      resolve: ({ field }) => field ?? null,
    }),
    input: t.int({
      nullable: true,
      description: "Its place in the list of inputs, from 0 on; null: the request as a whole.",
      resolve: ({ write }) => write ?? null,
    }),
    row: t.int({
      nullable: true,
      description: "The place of the value in its input, from 0 on; null: the input as a whole.",
      resolve: ({ row }) => row ?? null,
    }),
  }),
});

const DataPointDescribed = builder
  .objectRef<{ readonly dataPoint: DataPointItem }>("DataPointDescribed")
  .implement({
    description: "The data point is in the catalogue as it was described.",
    fields: (t) => ({
      dataPoint: t.expose("dataPoint", { type: DataPoint, description: "As it is now." }),
    }),
  });

const DataPointsSaved = builder
  .objectRef<Extract<InsertResult, { accepted: true }>>("DataPointsSaved")
  .implement({
    description: "All values are stored, or withdrawn.",
    fields: (t) => ({
      recordedAt: t.field({
        type: "DateTime",
        description: "When it was stored: rising from request to request.",
        resolve: ({ recordedMs }) => recordedMs,
      }),
      valueCount: t.exposeInt("valueCount", { description: "How many values were stored." }),
    }),
  });

const DataPointResult = builder.unionType("DataPointResult", {
  description: "The outcome of a description.",
  types: [DataPointDescribed, DataPointRefused],
  resolveType: (it) => ("code" in it ? DataPointRefused : DataPointDescribed),
});

const SaveDataPointsResult = builder.unionType("SaveDataPointsResult", {
  description: "The outcome of a write, or of a withdrawal.",
  types: [DataPointsSaved, DataPointRefused],
  resolveType: (it) => ("code" in it ? DataPointRefused : DataPointsSaved),
});

const MatrixInput = builder.inputType("MatrixInput", {
  description: "Numbers with named rows and columns.",
  fields: (t) => ({
    rows: t.stringList({ required: true, description: "The names of the rows." }),
    columns: t.stringList({ required: true, description: "The names of the columns." }),
    values: t.field({
      type: t.listRef(t.listRef("Float", { required: false })),
      required: true,
      description: "The cells, row by row, in the unit of the data point; null: none.",
    }),
  }),
});

const DataPointValueInput = builder.inputType("DataPointValueInput", {
  description: "A value: one of value, matrix and document, by the type of the data point.",
  fields: (t) => ({
    timestamp: t.field({ type: "DateTime", required: true, description: "Its instant." }),
    value: t.float({ description: "A number in the unit of the data point." }),
    matrix: t.field({ type: MatrixInput, description: "A matrix." }),
    document: t.field({ type: "JSON", description: "A document." }),
  }),
});

const SaveDataPointInput = builder.inputType("SaveDataPointInput", {
  description: "Values of one data point and source.",
  fields: (t) => ({
    id: t.id({ required: true, description: "The path." }),
    source: t.field({ type: DataPointSource, required: true, description: "Who wrote them." }),
    values: t.field({
      type: [DataPointValueInput],
      required: true,
      description: "Each instant once, in any order.",
    }),
    known: t.field({
      type: "DateTime",
      description:
        "Since when the world could know them; left out: now. In the past for admins alone.",
    }),
    expiresAt: t.field({
      type: "DateTime",
      description: "Of overrides: from when on they are not in force; left out: never.",
    }),
    unit: t.string({
      description: "Their unit: refused where it is not that of the data point.",
    }),
  }),
});

const DescribeDataPointInput = builder.inputType("DescribeDataPointInput", {
  description: "A description as a whole: what is left out, or null, is not there.",
  fields: (t) => ({
    id: t.id({ required: true, description: "The path." }),
    type: t.field({
      type: DataPointType,
      required: true,
      description: "What its values are; stays as it is once it was described.",
    }),
    unit: t.string({ description: "The unit of its values." }),
    resolution: t.field({ type: "Duration", description: "From one value to the next." }),
    timeZone: t.string({ description: "The zone of its market, a name of IANA; left out: UTC." }),
    description: t.string({ description: "What it is, in words." }),
    minValue: t.float({ description: "The least sane value in its unit, included." }),
    maxValue: t.float({ description: "The greatest sane value in its unit, included." }),
    jsonSchema: t.field({ type: "JSON", description: "JSON Schema (2020-12) of its documents." }),
    retention: t.field({
      type: "Duration",
      description: "Values of instants older than this are not read any more, and removed.",
    }),
  }),
});

const requestId = {
  description:
    "The id of the request: a repeated one gets the first answer, and nothing is stored again.",
} as const;

builder.mutationFields((t) => ({
  describeDataPoint: t.field({
    type: DataPointResult,
    description: "Adds a data point to the catalogue, or describes it anew.",
    args: {
      input: t.arg({ type: DescribeDataPointInput, required: true, description: "What it is." }),
    },
    resolve: async (_, { input: { id: path, ...given } }, { services }) => {
      const result = await services.dataPoints.describe([{ path, ...given }]);
      if (!result.accepted) return refused(result.refusal);
      return { dataPoint: result.points[0] as DataPointItem };
    },
  }),
  saveDataPoints: t.field({
    type: SaveDataPointsResult,
    description: "Writes values beside those before them: all or none.",
    args: {
      input: t.arg({
        type: [SaveDataPointInput],
        required: true,
        description: "The values, by data point and source.",
      }),
      requestId: t.arg.string(requestId),
    },
    resolve: async (_, { input, requestId }, { services }) => {
      const writes = input.map(({ id: path, source, values, known, expiresAt, unit }) => ({
        ...{ path, source, unit: unit ?? undefined },
        ...{ knownMs: known ?? undefined, expiresAtMs: expiresAt ?? undefined },
        values: values.map((it) => ({ atMs: it.timestamp, content: contentOf(it) })),
      }));
      const request = { writes, requestId: readRequestId(requestId) };
      const result = await services.dataPoints.insert(request);
      return result.accepted ? result : refused(result.refusal);
    },
  }),
  withdrawDataPoints: t.field({
    type: SaveDataPointsResult,
    description:
      "Takes away the values of a source in a range that were written up to now: a withdrawn override gives back the original.",
    args: {
      id: t.arg.id({ required: true, description: "The path." }),
      source: t.arg({ type: DataPointSource, required: true, description: "Whose values." }),
      from: t.arg({ type: "DateTime", required: true, description: "Earliest, included." }),
      until: t.arg({ type: "DateTime", required: true, description: "Latest, excluded." }),
      requestId: t.arg.string(requestId),
    },
    resolve: async (_, { id: path, source, from, until, requestId }, { services }) => {
      const range = { fromMs: from, untilMs: until };
      const request = { path, source, ...range, requestId: readRequestId(requestId) };
      const result = await services.dataPoints.withdraw(request);
      return result.accepted ? result : refused(result.refusal);
    },
  }),
}));

/** The content of an input: the one that is given of its three. */
function contentOf(given: {
  value?: number | null | undefined;
  matrix?: object | null | undefined;
  document?: Json | undefined;
}): GivenContent {
  const { value = null, matrix = null, document = null } = given;
  const count = [value, matrix, document].filter((it) => it !== null).length;
  if (count > 1)
    throw refusal("BAD_INPUT", "a value has one of value, matrix and document", "input");
  if (value !== null) return value;
  const json = (matrix as Json) ?? document;
  return json === null ? null : { json };
}

function readRequestId(id: string | null | undefined): string | undefined {
  const wrong = id == null ? undefined : refuseRequestId(id);
  if (wrong !== undefined) throw refusal("BAD_INPUT", `requestId ${wrong}`, "requestId");
  return id ?? undefined;
}

/** A refusal as it is answered; a request that is not well formed is an error. */
function refused(it: DataRefusal): Refused {
  const { code } = it;
  const words = wordsOf(it, CAMEL);
  if (code === "BAD_INPUT") throw refusal(code, words.message, words.field);
  return { ...it, ...words, code };
}
