// The refusal of a request about data points.
import type { RefusalCode } from "../base/codes.ts";

/** The columns of rows, in every format. */
export const COLUMNS = ["id", "timestamp", "value", "source", "known", "author"] as const;

export type Column = (typeof COLUMNS)[number];

export interface DataRefusal {
  readonly code: RefusalCode | "BAD_INPUT";
  /** What is wrong, the value, and what to do. */
  readonly message: string;
  /** The field at fault, where it is none of a row. */
  readonly field?: string | undefined;
  /** The path that it is about. */
  readonly path?: string | undefined;
  /** Of a list of writes: the place of the one that is refused, from 0 on. */
  readonly write?: number | undefined;
  /** The place of the value in that write, from 0 on; undefined: the write as a whole. */
  readonly row?: number | undefined;
  readonly column?: Column | undefined;
}

export function unknownPath(path: string): DataRefusal {
  return {
    code: "DATA_POINT_UNKNOWN",
    message: `no data point has the path ${path}: describe it first, or read the catalogue for those that there are`,
    path,
    column: "id",
  };
}
