// The outcomes of changes of settings: what was changed, what would be, or why nothing is.
import type { Json } from "../../domain/audit/record.ts";
import type { SettingDeclaration } from "../../domain/settings/declaration.ts";
import type { InvalidVersion, SettingVersion } from "../../domain/settings/in-force.ts";
import type { SettingRefusal } from "../../domain/settings/refusal.ts";
import type { ScopeChain } from "../../domain/settings/scope.ts";
import type { SettingValues } from "./values.ts";

/** A setting in one scope, now or as of an instant. */
export interface SettingState {
  readonly declaration: SettingDeclaration;
  readonly scope: string;
  /** In force. */
  readonly value: Json;
  /** The newest version of the scope itself; 0: it has none. */
  readonly version: number;
  /** The version that is in force, of this scope or of one that it inherits from; null: the default, or an override. */
  readonly from: SettingVersion | null;
  /** The variable or flag of this server that is in force in place of what is stored; null: none is. */
  readonly overriddenBy: string | null;
  /** Versions that this program does not accept, and that would be in force otherwise. */
  readonly invalid: readonly InvalidVersion[];
}

/** What a change does to one scope. */
export interface SettingEffect {
  readonly scope: string;
  readonly before: Json;
  readonly after: Json;
}

export interface SettingPreview {
  readonly setting: SettingState;
  /** What would be in force in the scope itself, were nothing overridden. */
  readonly value: Json;
  /** The first of the scopes whose value in force would change. */
  readonly effects: readonly SettingEffect[];
  readonly effectCount: number;
}

export type SettingResult =
  | { readonly kind: "changed"; readonly setting: SettingState; readonly change: SettingVersion }
  | ({ readonly kind: "preview" } & SettingPreview)
  | SettingConflict
  | { readonly kind: "refused"; readonly refusal: SettingRefusal | SettingForbidden };

export interface SettingConflict {
  readonly kind: "conflict";
  readonly code: "SETTING_CONFLICT";
  readonly message: string;
  readonly setting: SettingState;
  /** The change of the other; null: the scope has no version. */
  readonly current: SettingVersion | null;
}

export interface SettingForbidden {
  readonly code: "FORBIDDEN";
  readonly message: string;
}

/** Whether a change is in force: not while a variable or flag overrides it. */
export function noteOf({ overriddenBy }: Pick<SettingState, "overriddenBy">): string | null {
  if (overriddenBy === null) return null;
  return `${overriddenBy} is given, and stays in force: the change is stored, and takes effect at a start without it`;
}

/** As it is known in memory: what this server runs by. */
export function stateNow(
  values: SettingValues,
  declaration: SettingDeclaration,
  chain: ScopeChain,
): SettingState {
  const { id } = declaration;
  const { value, from, invalid } = values.stored(id, chain);
  const override = values.overrideOf(id);
  const version = values.newest(id, chain[0])?.version ?? 0;
  const shown = { declaration, scope: chain[0], version, invalid };
  if (override === undefined) return { ...shown, value, from, overriddenBy: null };
  return { ...shown, value: override.value, from: null, overriddenBy: override.by };
}
