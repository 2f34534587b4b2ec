// The data path of an asset: the path below which it is read as data points. No two assets share one, nor lies one below another.
import { wrongPath } from "../data-point/path.ts";
import type { Asset } from "./asset.ts";

type Named = Pick<Asset, "id" | "name">;

/** The longest name below a data path: it has room for it. */
const LONGEST_NAME = "Schedule/InForce";
/** Characters of a name that a default path takes at most. */
const LONGEST_SLUG = 150;
const NOT_ASCII_WORD = /[^A-Za-z0-9_.-]+/g;
const DIACRITICS = /\p{M}+/gu;

/** The path of an asset that is given none: its name, in letters of ASCII as far as Unicode decomposes it; else its id. */
export function defaultDataPath({ id, name }: Named): string {
  const ascii = name.normalize("NFKD").replace(DIACRITICS, "").replace(NOT_ASCII_WORD, "-");
  const slug = ascii.replace(/^-+|-+$/g, "").slice(0, LONGEST_SLUG);
  return `Asset/${/[A-Za-z0-9]/.test(slug) ? slug : id}`;
}

/** The default path of an asset where it is free; else with its id. */
export function freeDataPath(asset: Named, isTaken: (path: string) => boolean): string {
  const path = defaultDataPath(asset);
  return isTaken(path) ? distinctDataPath(asset) : path;
}

/** The path of an asset whose default path clashes with another one: with its id. */
export function distinctDataPath(asset: Named): string {
  return `${defaultDataPath(asset)}-${asset.id}`;
}

/** What is wrong with a data path, as the end of a sentence; undefined for a valid one. */
export function wrongDataPath(path: string): string | undefined {
  const wrong = wrongPath(path);
  if (wrong !== undefined || wrongPath(`${path}/${LONGEST_NAME}`) === undefined) return wrong;
  return `must have room for /${LONGEST_NAME} below it: shorten it`;
}

/** The numbers of data paths at a path, and below it. */
export interface PathCounts {
  at(path: string): number;
  below(path: string): number;
  /** Adds a path, or takes it away. */
  count(path: string, step: 1 | -1): void;
}

/** @param beneath Counts that these add to. */
export function createPathCounts(beneath?: Pick<PathCounts, "at" | "below">): PathCounts {
  const ats = new Map<string, number>();
  const belows = new Map<string, number>();
  const add = (to: Map<string, number>, path: string, step: number) =>
    void to.set(path, (to.get(path) ?? 0) + step);
  return {
    at: (path) => (beneath?.at(path) ?? 0) + (ats.get(path) ?? 0),
    below: (path) => (beneath?.below(path) ?? 0) + (belows.get(path) ?? 0),
    count(path, step) {
      add(ats, path, step);
      for (const above of pathsAbove(path)) add(belows, above, step);
    },
  };
}

/** Whether a path clashes with one that is counted. */
export function clashes(counts: Pick<PathCounts, "at" | "below">, path: string): boolean {
  if (counts.at(path) > 0 || counts.below(path) > 0) return true;
  return pathsAbove(path).some((above) => counts.at(above) > 0);
}

/** The paths that were claimed, each with its holder. */
export interface PathClaims<T> {
  /** The holder of a path that clashes with this one; else the path is claimed, and undefined returned. */
  claim(path: string, holder: T): T | undefined;
}

export function createPathClaims<T>(): PathClaims<T> {
  const ats = new Map<string, T>();
  const belows = new Map<string, T>();
  return {
    claim(path, holder) {
      const aboves = pathsAbove(path);
      const other = ats.get(path) ?? belows.get(path) ?? firstOf(ats, aboves);
      if (other !== undefined) return other;
      ats.set(path, holder);
      for (const above of aboves) belows.set(above, holder);
      return undefined;
    },
  };
}

function firstOf<T>(ats: ReadonlyMap<string, T>, paths: readonly string[]): T | undefined {
  const path = paths.find((it) => ats.has(it));
  return path === undefined ? undefined : ats.get(path);
}

/** The paths of which one is a part: of `a/b/c`, `a/b` and `a`. */
function pathsAbove(path: string): string[] {
  const paths: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    paths.push(path.slice(0, end));
  return paths;
}
