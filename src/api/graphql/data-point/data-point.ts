// Data points: their type, and their list.
import {
  DATA_POINT_TYPES,
  type DataPoint as DataPointItem,
  type DataPointMode as Mode,
  type DataPointType as Type,
} from "../../../domain/data-point/data-point.ts";
import { builder } from "../base/builder.ts";
import { connectionOf, pageArgs } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readCursor, readFirst, writeCursor } from "../base/inputs.ts";

const TYPES: Readonly<Record<Type, string>> = DATA_POINT_TYPES;

export const DataPointType = builder.enumType("DataPointType", {
  description: "What the values of a data point are.",
  values: Object.fromEntries(
    Object.entries(TYPES).map(([value, description]) => [
      value.toUpperCase(),
      { value, description },
    ]),
  ) as Record<Uppercase<Type>, { value: Type; description: string }>,
});

export const DataPointSource = builder.enumType("DataPointSource", {
  description: "Who wrote a value.",
  values: {
    ORIGINAL: { value: "original", description: "A system." },
    OVERRIDE: { value: "override", description: "A person, over it." },
  } as const,
});

export const DataPointMode = builder.enumType("DataPointMode", {
  description: "Which values are read.",
  values: {
    ORIGINAL: { value: "original", description: "Those of systems." },
    OVERRIDE: { value: "override", description: "Overrides in force." },
    MERGED: {
      value: "merged",
      description: "At each instant the override in force, else the original.",
    },
  } as const,
});

/** The mode of an argument; null: the usual one. */
export function readMode(mode: Mode | null | undefined): Mode {
  return mode ?? "merged";
}

export const DataPoint = builder.objectRef<DataPointItem>("DataPoint").implement({
  description: "A series or a document that a path names.",
  fields: (t) => ({
    id: t.exposeID("path", { description: "The path." }),
    type: t.expose("type", { type: DataPointType, description: "What its values are." }),
    unit: t.exposeString("unit", {
      nullable: true,
      description: "The unit of its values, which are not converted; null: none.",
    }),
    resolution: t.field({
      type: "Duration",
      nullable: true,
      description: "From one value to the next; null: irregular.",
      resolve: ({ resolution }) => resolution,
    }),
    timeZone: t.exposeString("timeZone", {
      description: "The zone of its market, a name of IANA: that of its days and steps.",
    }),
    description: t.exposeString("description", {
      nullable: true,
      description: "What it is, in words.",
    }),
    minValue: t.exposeFloat("minValue", {
      nullable: true,
      description: "The least sane value in its unit, included; null: any.",
    }),
    maxValue: t.exposeFloat("maxValue", {
      nullable: true,
      description: "The greatest sane value in its unit, included; null: any.",
    }),
    jsonSchema: t.field({
      type: "JSON",
      nullable: true,
      description: "JSON Schema (2020-12) of its documents; null: any document.",
      resolve: ({ jsonSchema }) => jsonSchema,
    }),
    isReadOnly: t.boolean({
      description: "Whether it is answered from the fleet, and nothing is written to it.",
      resolve: ({ isReadOnly }) => isReadOnly ?? false,
    }),
    retention: t.field({
      type: "Duration",
      nullable: true,
      description:
        "Values of older instants are not read any more, and removed; null: as the nearest entry above.",
      resolve: ({ retention }) => retention,
    }),
  }),
});

const KIND = "data point";
const DataPointConnection = connectionOf<DataPointItem>("DataPoint", DataPoint);
const DEFAULT_POINTS = 50;

builder.queryFields((t) => ({
  dataPoint: t.field({
    type: DataPoint,
    nullable: true,
    description: "The data point of a path; null where there is none.",
    complexity: READING,
    args: { id: t.arg.id({ required: true, description: "The path." }) },
    resolve: async (_, { id }, { services }) => (await services.dataPoints.find(id)) ?? null,
  }),
  dataPoints: t.field({
    type: DataPointConnection,
    description: "The catalogue: data points in the order of their paths.",
    complexity: pageCost(DEFAULT_POINTS, READING),
    args: {
      prefix: t.arg.string({ description: "Only this path, and those below it." }),
      type: t.arg({ type: DataPointType, description: "Only those of this type." }),
      search: t.arg.string({
        description: "Only those whose path, description or unit has this text, in either case.",
      }),
      ...pageArgs,
    },
    resolve: async (_, { prefix, type, search, first, after }, { services }) => {
      const count = readFirst(first, DEFAULT_POINTS);
      const listed = await services.dataPoints.retrieveCatalog({
        prefix: prefix ?? undefined,
        type: type ?? undefined,
        search: search ?? undefined,
        after: after == null ? undefined : readCursor(after, KIND),
        limit: count + 1,
      });
      return {
        edges: listed
          .slice(0, count)
          .map((node) => ({ cursor: writeCursor(KIND, node.path), node })),
        hasNextPage: listed.length > count,
        hasPreviousPage: after != null,
      };
    },
  }),
}));
