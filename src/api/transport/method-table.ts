// The methods of each path, from the routes that were declared.
import type { DeclaredRoute } from "./route-policy.ts";

export interface MethodTable {
  /** All methods of a path; none where no route has it. */
  of(path: string): readonly string[];
  /** Whether a path is that of a route which is served in one spelling alone, and was written in another. */
  isMisspelt(path: string, written: string): boolean;
}

export function createMethodTable(routes: readonly DeclaredRoute[]): MethodTable {
  const paths = new Map<string, string[]>();
  const add = (method: string, pattern: string) =>
    paths.set(method, [...(paths.get(method) ?? []), pattern]);
  for (const { method, path } of routes) {
    if (path.includes("*")) continue;
    const pattern = path.replace(/:[^/]+/g, "[^/]+");
    add(method, pattern);
    if (method === "GET") add("HEAD", pattern);
  }
  const patterns = [...paths].map(([method, all]) => [method, patternOf(all)] as const);
  const exact = new Set(routes.flatMap(({ path, policy }) => (policy.exact ? [path] : [])));
  return {
    of: (path) => patterns.flatMap(([method, it]) => (it.test(path) ? [method] : [])),
    isMisspelt: (path, written) => exact.has(path.replace(/\/$/, "")) && !exact.has(written),
  };
}

function patternOf(paths: readonly string[]): RegExp {
  return new RegExp(`^(?:${paths.join("|")})/?$`);
}
