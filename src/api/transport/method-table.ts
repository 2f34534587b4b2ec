// Which methods a path knows, from the routes that are mounted.

export interface Route {
  readonly method: string;
  /** As Hono has it: parameters begin with a colon. */
  readonly path: string;
}

export interface MethodTable {
  has(method: string, path: string): boolean;
  /** All that a path knows; none where there is no such path. */
  of(path: string): readonly string[];
}

/** @param routes Are asked for once, when the first path is. */
export function createMethodTable(routes: () => readonly Route[]): MethodTable {
  let patterns: ReadonlyMap<string, RegExp> | undefined;
  const known = () => {
    patterns ??= patternsOf(routes());
    return patterns;
  };
  return {
    has: (method, path) => known().get(method)?.test(path) ?? false,
    of: (path) => [...known()].flatMap(([method, it]) => (it.test(path) ? [method] : [])),
  };
}

/** One pattern for each method. */
function patternsOf(routes: readonly Route[]): ReadonlyMap<string, RegExp> {
  const paths = new Map<string, string[]>();
  const add = (method: string, path: string) =>
    paths.set(method, [...(paths.get(method) ?? []), path.replace(/:[^/]+/g, "[^/]+")]);
  for (const { method, path } of routes) {
    if (method === "ALL" || path.includes("*")) continue;
    add(method, path);
    if (method === "GET") add("HEAD", path);
  }
  return new Map(
    [...paths].map(([method, all]) => [method, new RegExp(`^(?:${all.join("|")})/?$`)]),
  );
}
