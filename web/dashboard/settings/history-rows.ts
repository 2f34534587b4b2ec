// Rows of a history: each version with the one before it, which the next page may have.

interface Page<T> {
  /** The newest first. */
  readonly versions: readonly T[];
  /** null: these are all. */
  readonly next: string | null;
}

/** The versions whose version before is known: the last one of a page waits for the next page. */
export function shownVersions<T>({ versions, next }: Page<T>): readonly T[] {
  return next === null ? versions : versions.slice(0, -1);
}

/** The version before; undefined: it is the first one. */
export const previousOf = <T>(versions: readonly T[], index: number): T | undefined =>
  versions[index + 1];
