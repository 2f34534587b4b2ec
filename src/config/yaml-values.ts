// What a YAML document says, with its aliases and merge keys followed, and the node where each part of it stands.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { readDecimal } from "../domain/base/decimal.ts";

/** Most values that a document may have once its aliases are followed: far more than any fleet. */
const MOST_VALUES = 5_000_000;

type Key = PropertyKey;
type Pairs = Pair<Node, Node | null>;

/** An error, and the node where it stands. */
interface NodeError {
  readonly node: Node;
  readonly message: string;
}

export interface YamlValues {
  readonly root: unknown;
  readonly errors: readonly NodeError[];
  /** Keys of the root under which anchors stand. */
  readonly anchored: ReadonlySet<string>;
  /** The node of the longest begin of a path that is there: of a key, or of an item of a list. */
  nodeAt(path: readonly Key[]): Node | null;
}

/** A value, and how many it holds with itself. */
interface Counted {
  readonly value: unknown;
  readonly size: number;
}

/** @param of Undefined while the node of the anchor is being read. */
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

  /** The size of a whole with one part more. */
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
      if (isMerge(key)) merged.push(...mergedOf(node ?? key, part.value));
      else setOwn(object, nameOf(key), part.value);
      if (map === contents && anchors.size > anchorsBefore) anchored.add(nameOf(key));
    }
    for (const source of isTooLarge ? [] : merged)
      for (const [key, value] of Object.entries(source as object))
        if (!Object.hasOwn(object, key)) setOwn(object, key, value);
    return { value: object, size };
  }

  function mergedOf(node: Node, value: unknown): readonly unknown[] {
    if (value === undefined) return [];
    const sources = Array.isArray(value) ? value : [value];
    const isFit = sources.every((it) => typeof it === "object" && it && !Array.isArray(it));
    if (isFit) return sources;
    refuse(node, "<< must be followed by a map, an alias of one, or a list of them");
    return [];
  }

  const target = (node: Node | null | undefined) =>
    node && isAlias(node) ? targets.get(node) : (node ?? undefined);

  function pairOf(map: YAMLMap<Node, Node | null>, key: Key): Pairs | undefined {
    const own = map.items.find((it) => !isMerge(it.key) && nameOf(it.key) === String(key));
    if (own !== undefined) return own as Pairs;
    for (const { key: merge, value } of map.items) {
      if (!isMerge(merge)) continue;
      const source = target(value);
      for (const one of isSeq(source) ? (source.items as Node[]) : [source]) {
        const from = target(one);
        const found = isMap(from) ? pairOf(from as YAMLMap<Node, Node | null>, key) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  const { value: root } = read(contents);
  return {
    root,
    errors,
    anchored,
    nodeAt(path) {
      let found: Node | null = contents;
      let node: Node | null | undefined = contents;
      for (const key of path) {
        const whole = target(node);
        const pair = isMap(whole) ? pairOf(whole as YAMLMap<Node, Node | null>, key) : undefined;
        node = isSeq(whole) ? (whole.items[Number(key)] as Node | undefined) : pair?.value;
        const next = pair?.key ?? node;
        if (next === undefined || next === null) break;
        found = next;
      }
      return found;
    },
  };
}

const isMerge = (key: Node) => isScalar(key) && key.type === "PLAIN" && key.source === "<<";
const nameOf = (key: Node) => String((key as Scalar).value ?? "");

/** Numbers in decimal; in any other notation they are the texts that they are written as. */
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
