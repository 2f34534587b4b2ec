// The node of a path in a YAML document, with its aliases and merge keys followed.
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";

type NodeMap = YAMLMap<Node, Node | null>;

/** The node of the longest beginning of a path that the document has: of a key, or of an item of a list. */
export type NodeFinder = (path: readonly PropertyKey[]) => Node | null;

/** @param targets The node behind each alias. */
export function createNodeFinder(
  contents: Node | null,
  targets: ReadonlyMap<Alias, Node>,
): NodeFinder {
  const target = (node: Node | null | undefined) =>
    node && isAlias(node) ? targets.get(node) : (node ?? undefined);

  function pairOf(map: NodeMap, key: PropertyKey): Pair<Node, Node | null> | undefined {
    const own = map.items.find((it) => !isMerge(it.key) && nameOf(it.key) === String(key));
    if (own !== undefined) return own;
    for (const { key: merge, value } of map.items) {
      if (!isMerge(merge)) continue;
      const source = target(value);
      for (const one of isSeq(source) ? (source.items as Node[]) : [source]) {
        const from = target(one);
        const found = isMap(from) ? pairOf(from as NodeMap, key) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  return (path) => {
    let found = contents;
    let node: Node | null | undefined = contents;
    for (const key of path) {
      const whole = target(node);
      const pair = isMap(whole) ? pairOf(whole as NodeMap, key) : undefined;
      node = isSeq(whole) ? (whole.items[Number(key)] as Node | undefined) : pair?.value;
      const next = pair?.key ?? node;
      if (next === undefined || next === null) break;
      found = next;
    }
    return found;
  };
}

export const isMerge = (key: Node) => isScalar(key) && key.type === "PLAIN" && key.source === "<<";

export const nameOf = (key: Node) => String((key as Scalar).value ?? "");
