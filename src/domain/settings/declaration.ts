// The declaration of a setting: its meaning, unit, default and range, where it may be set, and when a change takes effect.
import type { Json } from "../audit/record.ts";
import type { ScopeKind } from "./scope.ts";

/** A value as it was read, or why it is not accepted: the end of a sentence that begins with the id. */
export type ReadValue = { readonly value: Json } | { readonly wrong: string };

export interface SettingDeclaration {
  /** The name of its variable in lower case. */
  readonly id: string;
  readonly description: string;
  /** null: it has none. */
  readonly unit: string | null;
  /** JSON Schema (2020-12) of its values. */
  readonly jsonSchema: Json;
  /** In force where no scope has a value. */
  readonly default: Json;
  /** The kinds of scopes that may have a value. */
  readonly scopes: readonly ScopeKind[];
  /** When a change takes effect, in words. */
  readonly takesEffect: string;
  read(given: Json): ReadValue;
}
