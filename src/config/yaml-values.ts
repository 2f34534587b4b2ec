// The values of a YAML document, with its aliases and merge keys followed, and the node of each value.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { readDecimal } from "../domain/base/decimal.ts";
import { createNodeFinder, isMerge, type NodeFinder, nameOf } from "./yaml-nodes.ts";

/** Most values that a document may have with its aliases followed: far more than any fleet has. */
const MOST_VALUES = 5_000_000;

/** An error, and its node. */
interface NodeError {
  readonly node: Node;
  readonly message: string;
}

export interface YamlValues {
  readonly root: unknown;
  readonly errors: readonly NodeError[];
  /** Keys of the root whose values hold anchors. */
  readonly anchored: ReadonlySet<string>;
  readonly nodeAt: NodeFinder;
}

/** A value, and the number of values in it, itself included. */
interface Counted {
  readonly value: unknown;
  readonly size: number;
}

/** A node with an anchor; its value is undefined while the node is being read. */
interface Anchor {
  readonly node: Node;
  of: Counted | undefined;
}

const NOTHING: Counted = { value: null, size: 1 };
const REFUSED: Counted = { value: undefined, size: 1 };

export function valuesOf({ contents }: Document.Parsed): YamlValues {
  const anchors = new Map<string, Anchor>();
  const targets = new Map<Alias, Node>();
  const errors: NodeError[] = [];
  const anchored = new Set<string>();
  let isTooLarge = false;

  function refuse(node: Node, message: string): Counted {
    errors.push({ node, message });
    return REFUSED;
  }

  function read(node: Node | null): Counted {
    if (node === null || isTooLarge) return NOTHING;
    if (isAlias(node)) return readAlias(node);
    const anchor: Anchor = { node, of: undefined };
    const name = (node as Scalar | YAMLMap | YAMLSeq).anchor;
    if (name !== undefined) anchors.set(name, anchor);
    if (isMap(node)) anchor.of = readMap(node as YAMLMap<Node, Node | null>);
    else if (isSeq(node)) anchor.of = readList(node as YAMLSeq<Node>);
    else anchor.of = { value: scalarOf(node as Scalar), size: 1 };
    return anchor.of;
  }

  function readAlias(alias: Alias): Counted {
    const anchor = anchors.get(alias.source);
    if (anchor === undefined) return refuse(alias, `*${alias.source} has no anchor before it`);
    if (anchor.of === undefined) return refuse(alias, `*${alias.source} stands within itself`);
    targets.set(alias, anchor.node);
    return anchor.of;
  }

  /** The size of a map or list with one part more. */
  function grown(size: number, part: Counted, node: Node | null): number {
    const whole = size + part.size;
    if (whole > MOST_VALUES && targets.size > 0 && node !== null && !isTooLarge) {
      isTooLarge = true;
      refuse(
        node,
        `aliases make more than ${MOST_VALUES} values of the file: write fewer aliases of aliases`,
      );
    }
    return whole;
  }

  function readList({ items }: YAMLSeq<Node>): Counted {
    let size = 1;
    const value = items.map((item) => {
      const part = read(item);
      size = grown(size, part, item);
      return part.value;
    });
    return { value, size };
  }

  function readMap(map: YAMLMap<Node, Node | null>): Counted {
    const object: Record<string, unknown> = {};
    const merged: unknown[] = [];
    let size = 1;
    for (const { key, value: node } of map.items) {
      const anchorsBefore = anchors.size;
      const part = read(node);
      size = grown(size, part, node ?? key);
      if (isMerge(key)) {
        const sources = part.value === undefined ? [] : mergeSources(part.value);
        merged.push(...(sources ?? []));
        if (sources === undefined)
          refuse(node ?? key, "<< must be followed by a map, an alias of one, or a list of them");
      } else setOwn(object, nameOf(key), part.value);
      if (map === contents && anchors.size > anchorsBefore) anchored.add(nameOf(key));
    }
    for (const source of isTooLarge ? [] : merged)
      for (const [key, value] of Object.entries(source as object))
        if (!Object.hasOwn(object, key)) setOwn(object, key, value);
    return { value: object, size };
  }

  const { value: root } = read(contents);
  return { root, errors, anchored, nodeAt: createNodeFinder(contents, targets) };
}

/** The maps that a merge key names; undefined where its value is anything else. */
function mergeSources(value: unknown): readonly unknown[] | undefined {
  const sources = Array.isArray(value) ? value : [value];
  const isFit = sources.every((it) => typeof it === "object" && it && !Array.isArray(it));
  return isFit ? sources : undefined;
}

/** A number in decimal; a number in any other notation is its text. */
function scalarOf({ value, source }: Scalar): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  const text = source ?? String(value);
  return typeof value === "number" ? (readDecimal(text) ?? text) : text;
}

function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in object)
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  else object[key] = value;
}
