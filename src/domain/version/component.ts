// Components: what the program is made of and runs on, each with its version.

/** The kinds, in the order in which components are listed. */
export const COMPONENT_KINDS = {
  product: "Mando.",
  build:
    "What was built: the commit, which ends with -dirty where files differed from it, and the instant; unknown where the sources run, or git did not know the commit.",
  runtime: "What runs the program.",
  database: "The connected database, as it says itself; none in memory.",
  schema:
    "The newest migration of the database that this build brings, and the one that the database is at.",
  model: "The models of batteries.",
  package: "The packages in the program and in its pages, and the optional ones beside it.",
} as const;

export type ComponentKind = keyof typeof COMPONENT_KINDS;

/** One version of one thing. Two versions of a thing are two components. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly kind: ComponentKind;
  readonly license: string | null;
  readonly isCurrent: boolean;
}

/** The meaning of each field. */
export const COMPONENT_FIELDS = {
  name: "Its name.",
  version: "Its version, as it says itself; `unknown` where it does not.",
  kind: `What it is. ${Object.entries(COMPONENT_KINDS)
    .map(([kind, meaning]) => `${kind}: ${meaning}`)
    .join(" ")}`,
  license:
    "Its licence, by its identifier in the SPDX list; null where it does not ship with Mando, or is not installed.",
  isCurrent:
    "Whether this version is in force now. Not in force: a migration that the database is not at, also where there is none; a database that does not answer, with its last known version; an optional package that is not installed.",
} as const satisfies Readonly<Record<keyof Component, string>>;

/** What `version` is where it is not known. */
export const UNKNOWN = "unknown";

/** The licence of Mando, and of what is a part of it. */
export const OWN_LICENSE = "MIT";

const KINDS = Object.keys(COMPONENT_KINDS);

/** Components in the order of their kinds; those of one kind stay in the order in which they are given. */
export function byKind(components: readonly Component[]): readonly Component[] {
  return components.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}
