// A text that is data, and where in it each thing stands.
import { isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { FileError } from "../domain/base/file-error.ts";
import { valuesOf } from "./yaml-values.ts";

/** Keys and positions, from the outside in. */
export type Path = readonly PropertyKey[];

/** Line and column count from 1. */
export type Place = Pick<FileError, "line" | "column">;

export interface ReadText {
  /** What it says. */
  readonly root: unknown;
  /** Keys of the root under which anchors stand: they may be there for their aliases alone. */
  readonly anchored?: ReadonlySet<string>;
  /** Where a path stands: at its key, or at the nearest thing around it that is there. */
  placeOf(path: Path): Place;
}

/** Reads any YAML, or tells every error of it. */
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

/** A map may merge several others. */
function isSameKey(a: unknown, b: unknown): boolean {
  return isScalar(a) && isScalar(b) && a.value === b.value && a.source !== "<<";
}
