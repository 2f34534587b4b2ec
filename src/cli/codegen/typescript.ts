// Data points as constants of TypeScript.
import type { PathNode } from "./path-tree.ts";
import { docLines, indented, literal } from "./texts.ts";

const TYPES = `/** The value of a matrix; null: the cell has none. */
export interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
}

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Values, by the type of their data point. */
export interface DataPointValues {
  readonly time_series_double: number;
  readonly time_series_double_matrix: Matrix;
  readonly static_data: Json;
}

/** A data point: its path, and the type of its values. */
export interface DataPoint<
  Path extends string = string,
  Type extends keyof DataPointValues = keyof DataPointValues,
> {
  readonly path: Path;
  readonly type: Type;
  readonly unit: string | null;
  /** ISO 8601; null: irregular. */
  readonly resolution: string | null;
  readonly timeZone: string;
}

export type NumberPoint<Path extends string = string> = DataPoint<Path, "time_series_double">;
export type MatrixPoint<Path extends string = string> = DataPoint<Path, "time_series_double_matrix">;
export type DocumentPoint<Path extends string = string> = DataPoint<Path, "static_data">;

/** The values of a data point. */
export type ValueOf<Point extends DataPoint> = DataPointValues[Point["type"]];
`;

/** @param command Makes it again. */
export function typescriptOf(root: PathNode, command: string): string {
  const head = [
    "/* eslint-disable */",
    "// Data points of the catalogue. This file is generated: do not edit it. Make it again by",
    `//   ${command}`,
  ];
  const lines = root.children.flatMap((child) => linesOf(child, 1));
  return [...head, "", TYPES, `export const ${root.name} = {`, ...lines, "} as const;", ""].join(
    "\n",
  );
}

function linesOf({ name, entry, children }: PathNode, depth: number): string[] {
  const at = (text: string, deeper = 0) => indented(depth + deeper, text, 2);
  const comment = entry === undefined ? [] : commentOf(docLines(entry));
  const fields =
    entry === undefined
      ? []
      : [
          `path: ${literal(entry.id)},`,
          `type: ${literal(entry.type)},`,
          `unit: ${literalOrNull(entry.unit)},`,
          `resolution: ${literalOrNull(entry.resolution)},`,
          `timeZone: ${literal(entry.time_zone)},`,
        ];
  return [
    ...comment.map((line) => at(line)),
    at(`${name}: {`),
    ...fields.map((line) => at(line, 1)),
    ...children.flatMap((child) => linesOf(child, depth + 1)),
    at("},"),
  ];
}

const literalOrNull = (text: string | null) => (text === null ? "null" : literal(text));

/** A line that begins with @ would be a tag. */
function commentOf(lines: readonly string[]): string[] {
  const safe = lines.map((line) => line.replaceAll("*/", "*\\/").replace(/^(\s*)@/, "$1\\@"));
  if (safe.length === 1) return [`/** ${safe[0]} */`];
  return ["/**", ...safe.map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}
