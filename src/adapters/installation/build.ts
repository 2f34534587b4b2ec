// The build that runs: its commit and its instant.

/** What the bundler writes in the place of the constant; the sources have none. */
declare const MANDO_BUILD: Build | undefined;

export interface Build {
  /** The commit, which ends with -dirty where files differed from it; null where git did not know it. */
  readonly commit: string | null;
  /** RFC 3339. */
  readonly builtAt: string;
}

/** undefined: the sources run. */
export const build: Build | undefined =
  typeof MANDO_BUILD === "undefined" ? undefined : MANDO_BUILD;
