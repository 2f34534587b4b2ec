// The catalogue as a tree that follows the segments of its paths.
import type { CatalogueEntry } from "../catalogue.ts";
import { namesOf } from "./path-names.ts";

export interface PathNode {
  /** An identifier, which none beside it has. */
  readonly name: string;
  /** undefined: no data point has this path. */
  readonly entry: CatalogueEntry | undefined;
  /** In the order of their segments. */
  readonly children: readonly PathNode[];
}

interface Branch {
  entry: CatalogueEntry | undefined;
  readonly branches: Map<string, Branch>;
}

export function pathTree(name: string, entries: readonly CatalogueEntry[]): PathNode {
  const root = newBranch();
  for (const entry of entries) {
    let branch = root;
    for (const segment of entry.id.split("/")) {
      const next = branch.branches.get(segment) ?? newBranch();
      branch.branches.set(segment, next);
      branch = next;
    }
    branch.entry = entry;
  }
  return nodeOf(name, root);
}

const newBranch = (): Branch => ({ entry: undefined, branches: new Map() });

function nodeOf(name: string, { entry, branches }: Branch): PathNode {
  const segments = [...branches.keys()].sort();
  const names = namesOf(segments);
  const children = segments.map((segment) =>
    nodeOf(names.get(segment) as string, branches.get(segment) as Branch),
  );
  return { name, entry, children };
}
