// A text that is data, and where in it each thing stands.
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from "yaml";
import type { FileError } from "../domain/file-error.ts";

/** Keys and positions, from the outside in. */
export type Path = readonly PropertyKey[];

/** Line and column count from 1. */
export type Place = Pick<FileError, "line" | "column">;

export interface ReadText {
  /** What it says. */
  readonly root: unknown;
  /** Where a path stands: at its key, or at the nearest thing around it that is there. */
  placeOf(path: Path): Place;
}

/** Reads any YAML, or tells every error of it. */
export function readYaml(yaml: string): ReadText | { readonly errors: readonly FileError[] } {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0)
    return { errors: document.errors.map(({ pos, message }) => ({ ...placeAt(pos[0]), message })) };
  try {
    const root: unknown = document.toJS() ?? {};
    return { root, placeOf: (path) => placeAt(offsetOf(document, path)) };
  } catch (error) {
    // The library refuses aliases that would expand without bound.
    return { errors: [{ ...placeAt(0), message: (error as Error).message }] };
  }
}

function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (length > 0 && isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && String(item.key) === key);
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    }
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
