// The versions of a setting, and the value that is in force by them: that of the nearest scope, else the default.
import type { Json } from "../audit/record.ts";
import type { ReadValue, SettingDeclaration } from "./declaration.ts";
import { kindOf, type ScopeKind } from "./scope.ts";

/** One value of a setting in one scope. Versions are only ever added. */
export interface SettingVersion {
  readonly id: string;
  /** The scope as a text. */
  readonly scope: string;
  /** Counted from 1 on within the id and the scope. */
  readonly version: number;
  /** Of a reset: the value that was inherited then. */
  readonly value: Json;
  /** Whether the scope has no value of its own from then on, and inherits. */
  readonly isReset: boolean;
  /** In ms since the epoch. Before that of the version before where the clock was ahead: the version counts. */
  readonly changedAtMs: number;
  /** The id of the principal. */
  readonly changedBy: string;
  readonly reason: string | null;
}

/** A version, with its value as this program reads it. */
export interface KnownVersion {
  readonly version: SettingVersion;
  readonly read: ReadValue;
}

/** A version whose value this program does not accept, and why. */
export interface InvalidVersion {
  readonly version: SettingVersion;
  readonly wrong: string;
}

/** What is in force in place of every stored value: of this server, as long as it runs. */
export interface Override {
  readonly value: Json;
  /** The variable or the flag: `RAW_RETENTION_DAYS`. */
  readonly by: string;
}

export interface ValueInForce {
  readonly value: Json;
  /** The version that it is of; null: it is the default. */
  readonly from: SettingVersion | null;
  /** Nearer versions that are not accepted: they are kept, and left out. */
  readonly invalid: readonly InvalidVersion[];
}

/** Reads a version as a declaration has it. */
export function readVersion(
  declaration: SettingDeclaration,
  version: SettingVersion,
): KnownVersion {
  if (version.isReset) return { version, read: { value: version.value } };
  const kind = kindOf(version.scope);
  if (!declaration.scopes.includes(kind)) return { version, read: { wrong: noScope(kind) } };
  return { version, read: declaration.read(version.value) };
}

function noScope(kind: ScopeKind): string {
  return `has no value for a scope of the kind ${kind} any more`;
}

/**
 * The value in force.
 *
 * @param chain  The scopes that have it, the nearest first.
 * @param newest The newest version of a scope; undefined where it has none.
 */
export function valueInForce(
  declaration: SettingDeclaration,
  chain: readonly string[],
  newest: (scope: string) => KnownVersion | undefined,
): ValueInForce {
  const invalid: InvalidVersion[] = [];
  for (const scope of chain) {
    const known = newest(scope);
    if (known === undefined || known.version.isReset) continue;
    const { version, read } = known;
    if ("value" in read) return { value: read.value, from: version, invalid };
    invalid.push({ version, wrong: read.wrong });
  }
  return { value: declaration.default, from: null, invalid };
}
