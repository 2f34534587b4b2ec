// A data point: a series or a document that a path names, as the catalogue describes it.
import type { Json } from "../audit/record.ts";

export const DATA_POINT_TYPES = {
  time_series_double: "A number at each instant.",
  time_series_double_matrix:
    "A matrix of numbers with named rows and columns at each instant: price-volume ladders, scenarios.",
  static_data: "A document of JSON, which its schema describes.",
} as const;

export type DataPointType = keyof typeof DATA_POINT_TYPES;

/** A system wrote it, or a person over it. */
export type DataPointSource = "original" | "override";

/** `merged`: at each instant the override in force, else the original. */
export type DataPointMode = DataPointSource | "merged";

export interface DataPoint {
  readonly path: string;
  readonly type: DataPointType;
  /** Shown beside values; null: it has none. */
  readonly unit: string | null;
  /** ISO 8601, `PT15M`; null: irregular. */
  readonly resolution: string | null;
  /** IANA, of its market. */
  readonly timeZone: string;
  readonly description: string | null;
  /** The sane range of numbers, both ends included. */
  readonly minValue: number | null;
  readonly maxValue: number | null;
  /** JSON Schema of documents. */
  readonly jsonSchema: Json;
  /** ISO 8601: values of instants older than this are removed; null: as the nearest entry above says, else never. */
  readonly retention: string | null;
  /** Whether it is answered from the fleet, and nothing is written to it. Left out: false. */
  readonly isReadOnly?: boolean;
}

/** Values with named axes: `values[row][column]`; null: none. */
export interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
}

/** The content of a value, by the type of its data point. */
export type Content = number | Matrix | { readonly document: Json };
