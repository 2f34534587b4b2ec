// The types of values of data points, and of their versions.
import type { AnsweredValue } from "../../../domain/data-point/aggregate.ts";
import type { Content, Matrix as MatrixItem } from "../../../domain/data-point/data-point.ts";
import type { PointVersion } from "../../../domain/data-point/write.ts";
import { builder } from "../base/builder.ts";
import { DataPointSource } from "./data-point.ts";

const Matrix = builder.objectRef<MatrixItem>("Matrix").implement({
  description: "Numbers with named rows and columns.",
  fields: (t) => ({
    rows: t.field({
      type: ["String"],
      description: "The names of the rows.",
      resolve: ({ rows }) => [...rows],
    }),
    columns: t.field({
      type: ["String"],
      description: "The names of the columns.",
      resolve: ({ columns }) => [...columns],
    }),
    values: t.field({
      type: t.listRef(t.listRef("Float", { nullable: true })),
      description: "The cells, row by row, in the unit of the data point; null: none.",
      resolve: ({ values }) => values.map((row) => [...row]),
    }),
  }),
});

interface HasContent {
  readonly content: Content | null;
}

const numberOf = ({ content }: HasContent) => (typeof content === "number" ? content : null);
const matrixOf = ({ content }: HasContent) =>
  content !== null && typeof content === "object" && "rows" in content ? content : null;
const documentOf = ({ content }: HasContent) =>
  content !== null && typeof content === "object" && "document" in content
    ? content.document
    : null;

const TEXTS = {
  timestamp: "The instant; of a step its start.",
  value: "The number in the unit of the data point; null: it is none.",
  matrix: "The matrix; null: it is none.",
  document: "The document; null: it is none.",
  source: "Who wrote it: a system, or a person over it.",
  known: "Since when the world could know it.",
  author: "The id of who wrote it.",
} as const;

export const DataPointValue = builder.objectRef<AnsweredValue>("DataPointValue").implement({
  description:
    "A value, or a step of values. The origin of a step is that of its value that was known last.",
  fields: (t) => ({
    timestamp: t.field({
      type: "DateTime",
      description: TEXTS.timestamp,
      resolve: ({ atMs }) => atMs,
    }),
    value: t.float({ nullable: true, description: TEXTS.value, resolve: numberOf }),
    matrix: t.field({
      type: Matrix,
      nullable: true,
      description: TEXTS.matrix,
      resolve: matrixOf,
    }),
    document: t.field({
      type: "JSON",
      nullable: true,
      description: TEXTS.document,
      resolve: documentOf,
    }),
    source: t.expose("source", { type: DataPointSource, description: TEXTS.source }),
    known: t.field({
      type: "DateTime",
      description: TEXTS.known,
      resolve: ({ knownMs }) => knownMs,
    }),
    author: t.exposeString("author", { description: TEXTS.author }),
    coveredRatio: t.float({
      description: "How much of the step has values, 0 to 1; 1 of a value by itself.",
      resolve: ({ coveredRatio = 1 }) => coveredRatio,
    }),
  }),
});

export const DataPointVersion = builder.objectRef<PointVersion>("DataPointVersion").implement({
  description: "One version of a value: also of one that was withdrawn, or written over.",
  fields: (t) => ({
    timestamp: t.field({
      type: "DateTime",
      description: "The instant.",
      resolve: ({ atMs }) => atMs,
    }),
    value: t.float({ nullable: true, description: TEXTS.value, resolve: numberOf }),
    matrix: t.field({
      type: Matrix,
      nullable: true,
      description: TEXTS.matrix,
      resolve: matrixOf,
    }),
    document: t.field({
      type: "JSON",
      nullable: true,
      description: TEXTS.document,
      resolve: documentOf,
    }),
    source: t.expose("source", { type: DataPointSource, description: TEXTS.source }),
    known: t.field({
      type: "DateTime",
      description: TEXTS.known,
      resolve: ({ knownMs }) => knownMs,
    }),
    recordedAt: t.field({
      type: "DateTime",
      description: "When it was stored: rising from request to request.",
      resolve: ({ recordedMs }) => recordedMs,
    }),
    expiresAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "From when on the override is not in force; null: never.",
      resolve: ({ expiresAtMs }) => expiresAtMs,
    }),
    author: t.exposeString("author", { description: TEXTS.author }),
    isWithdrawal: t.boolean({
      description: "Whether it takes away the values before it.",
      resolve: ({ content }) => content === null,
    }),
    requestId: t.exposeString("requestId", {
      nullable: true,
      description: "The id of the request, given by its client.",
    }),
  }),
});
