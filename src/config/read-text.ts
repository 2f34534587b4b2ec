// A text of YAML or JSON as data, with the line and column of each value.
import { isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { FileError } from "../domain/base/file-error.ts";
import { valuesOf } from "./yaml-values.ts";

/** Keys and positions, from the outside in. */
export type Path = readonly PropertyKey[];

/** Line and column count from 1. */
export type Place = Pick<FileError, "line" | "column">;

export interface ReadText {
  /** The data. */
  readonly root: unknown;
  /** Keys of the root whose values hold anchors: they may serve as the source of aliases alone. */
  readonly anchored?: ReadonlySet<string>;
  /** The place of a path: that of its key, or of the longest beginning of the path that the text has. */
  placeOf(path: Path): Place;
}

/** Reads any YAML, or returns every error of it. */
export function readYaml(yaml: string): ReadText | { readonly errors: readonly FileError[] } {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parseDocument(yaml, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: isSameKey,
  });
  if (document.errors.length > 0)
    return {
      errors: document.errors.map(({ pos, message }) => ({
        ...placeAt(pos[0]),
        message: message.startsWith("Maximum call stack") ? "nests too deep" : message,
      })),
    };
  const { root, errors, anchored, nodeAt } = valuesOf(document);
  const placeOf = (node: Node | null) => placeAt(node?.range?.[0] ?? 0);
  if (errors.length > 0)
    return { errors: errors.map(({ node, message }) => ({ ...placeOf(node), message })) };
  return { root: root ?? {}, anchored, placeOf: (path) => placeOf(nodeAt(path)) };
}

/** Whether two keys are the same; merge keys never are, because a map may merge several others. */
function isSameKey(a: unknown, b: unknown): boolean {
  return isScalar(a) && isScalar(b) && a.value === b.value && a.source !== "<<";
}
