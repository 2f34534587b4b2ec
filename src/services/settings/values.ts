// The values of the settings that are in force, in memory: as the store had them last.
import type { Json } from "../../domain/audit/record.ts";
import type { SettingDeclaration } from "../../domain/settings/declaration.ts";
import {
  type InvalidVersion,
  type KnownVersion,
  type Override,
  readVersion,
  type SettingVersion,
  type ValueInForce,
  valueInForce,
} from "../../domain/settings/in-force.ts";
import { PLATFORM } from "../../domain/settings/scope.ts";

export interface SettingValues {
  readonly declarations: readonly SettingDeclaration[];
  find(id: string): SettingDeclaration | undefined;
  /** What a variable or flag gives in place of the stored values; undefined: none does. */
  overrideOf(id: string): Override | undefined;
  /** The value in force for the platform. Cheap. */
  ofPlatform(id: string): Json;
  /** The value in force for the first of some scopes, which the others follow: overrides go before. */
  of(id: string, chain: readonly string[]): Json;
  /** The same with its version, of what is stored: overrides are left out. */
  stored(id: string, chain: readonly string[]): ValueInForce;
  /** The newest version of a scope; undefined where it has none. */
  newest(id: string, scope: string): SettingVersion | undefined;
  /** Whether a scope other than the platform has a version. */
  isScoped(id: string): boolean;
  /** Newest versions with values that are not accepted. */
  invalid(): readonly InvalidVersion[];
  /** Takes versions that are newer than those that are known. */
  apply(versions: readonly SettingVersion[]): void;
  /** Counts the calls of `apply` that changed something. */
  changeCount(): number;
  /** Calls after each of them. */
  onChange(listener: () => void): void;
}

/** Known versions of one id, by scope. */
type ByScope = Map<string, KnownVersion>;

/** @param overrides Left out: none. */
export function createSettingValues(
  declarations: readonly SettingDeclaration[],
  overrides: ReadonlyMap<string, Override> = new Map(),
): SettingValues {
  const byId = new Map(declarations.map((declaration) => [declaration.id, declaration]));
  const known = new Map<string, ByScope>(declarations.map(({ id }) => [id, new Map()]));
  const platform = new Map<string, Json>();
  const listeners: (() => void)[] = [];
  let changeCount = 0;

  function stored(id: string, chain: readonly string[]): ValueInForce {
    const declaration = byId.get(id);
    if (declaration === undefined) throw new Error(`bug: no setting ${id}`);
    return valueInForce(declaration, chain, (scope) => known.get(id)?.get(scope));
  }

  function of(id: string, chain: readonly string[]): Json {
    const override = overrides.get(id);
    return override === undefined ? stored(id, chain).value : override.value;
  }

  function readPlatform(): void {
    for (const { id } of declarations) platform.set(id, of(id, [PLATFORM]));
  }

  /** Whether it is newer than what is known. A version of an id that this program does not know is left out. */
  function note(version: SettingVersion): boolean {
    const { id, scope } = version;
    const declaration = byId.get(id);
    const before = known.get(id)?.get(scope)?.version.version ?? 0;
    if (declaration === undefined || version.version <= before) return false;
    known.get(id)?.set(scope, readVersion(declaration, version));
    return true;
  }

  readPlatform();
  return {
    declarations,
    find: (id) => byId.get(id),
    overrideOf: (id) => overrides.get(id),
    ofPlatform: (id) => platform.get(id) ?? null,
    ...{ of, stored },
    newest: (id, scope) => known.get(id)?.get(scope)?.version,
    isScoped(id) {
      const scopes = known.get(id);
      return scopes !== undefined && scopes.size > (scopes.has(PLATFORM) ? 1 : 0);
    },
    invalid: () =>
      [...known.values()].flatMap((scopes) =>
        [...scopes.values()].flatMap(({ version, read }) =>
          "wrong" in read ? [{ version, wrong: read.wrong }] : [],
        ),
      ),
    apply(versions) {
      if (versions.filter(note).length === 0) return;
      readPlatform();
      changeCount++;
      for (const listener of listeners) listener();
    },
    changeCount: () => changeCount,
    onChange: (listener) => void listeners.push(listener),
  };
}
