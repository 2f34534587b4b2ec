// The refusal of a request about data points.
import type { RefusalCode } from "../base/codes.ts";
import { snakeCase } from "../base/snake-case.ts";

/** The columns of rows, in every format. */
export const COLUMNS = ["id", "timestamp", "value", "source", "known", "author"] as const;

export type Column = (typeof COLUMNS)[number];

/** How clients of an edge write the names of fields, and those of types. */
export interface Spelling {
  field(name: string): string;
  type(name: string): string;
}

/** A sentence; or what makes it where it names fields or types that not all edges write alike. */
export type Sentence = string | ((spelling: Spelling) => string);

export interface DataRefusal {
  readonly code: RefusalCode | "BAD_INPUT";
  /** What is wrong, the value, and what to do. */
  readonly message: Sentence;
  /** The field at fault, by its name in the domain, where it is none of a row. */
  readonly field?: string | undefined;
  /** The path that it is about. */
  readonly path?: string | undefined;
  /** Of a list of writes: the place of the one that is refused, from 0 on. */
  readonly write?: number | undefined;
  /** The place of the value in that write, from 0 on; undefined: the write as a whole. */
  readonly row?: number | undefined;
  readonly column?: Column | undefined;
}

/** As REST, files and the audit log write names. */
export const SNAKE: Spelling = { field: snakeCase, type: (name) => name };
/** As GraphQL writes them. */
export const CAMEL: Spelling = { field: (name) => name, type: (name) => name.toUpperCase() };

export function spelled(sentence: Sentence, spelling: Spelling): string {
  return typeof sentence === "string" ? sentence : sentence(spelling);
}

/** The words of a refusal as an edge writes them. */
export function wordsOf({ message, field, column }: DataRefusal, spelling: Spelling) {
  const name = field ?? column;
  return {
    message: spelled(message, spelling),
    field: name === undefined ? undefined : spelling.field(name),
  };
}

export function unknownPath(path: string): DataRefusal {
  return {
    code: "DATA_POINT_UNKNOWN",
    message: `no data point has the path ${path}: describe it first, or read the catalogue for those that there are`,
    path,
    column: "id",
  };
}
