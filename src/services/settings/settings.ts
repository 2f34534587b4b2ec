// Settings: listed as of an instant, changed, reset and rolled back in versions, previewed; each change with its audit record.
import type { Json } from "../../domain/audit/record.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { VersionPage } from "../../domain/ports/setting-store.ts";
import type { SettingDeclaration } from "../../domain/settings/declaration.ts";
import { readVersion, type SettingVersion, valueInForce } from "../../domain/settings/in-force.ts";
import {
  otherScope,
  type SettingRefusal,
  unknownSetting,
  unknownVersion,
} from "../../domain/settings/refusal.ts";
import { kindOf, type ScopeChain } from "../../domain/settings/scope.ts";
import { type ChangeDeps, type ChangeTerms, createChange } from "./change.ts";
import { type SettingResult, type SettingState, stateNow } from "./outcomes.ts";

/** No instant that is stored is later. */
const LAST_MS = Date.UTC(9_999, 11, 31);

/** Each call throws Fault STORE_UNAVAILABLE where the store is. */
export interface SettingsService {
  /** Whether a setting has a version for a scope, also for one that is gone, or of no kind that is known. */
  isStored(scope: string): boolean;
  /** The settings that have values for the kind of a scope, or one that is stored for it. @param asOfMs Left out: now. */
  list(chain: ScopeChain, asOfMs?: number): Promise<readonly SettingState[]>;
  find(
    id: string,
    chain: ScopeChain,
    asOfMs?: number,
  ): Promise<SettingState | { readonly refusal: SettingRefusal }>;
  /** The versions of a setting in one scope, the newest first. */
  history(id: string, scope: string, page: VersionPage): Promise<readonly SettingVersion[]>;
  /** Gives a scope a value of its own. */
  change(by: Principal, terms: ChangeTerms & { readonly value: Json }): Promise<SettingResult>;
  /** Takes the value of a scope back, so that it inherits. */
  reset(by: Principal, terms: ChangeTerms): Promise<SettingResult>;
  /** Gives a scope the value of an earlier version. */
  rollback(
    by: Principal,
    terms: ChangeTerms & { readonly toVersion: number },
  ): Promise<SettingResult>;
}

export function createSettings(deps: ChangeDeps): SettingsService {
  const { store, values } = deps;
  const make = createChange(deps);

  async function listed(
    declarations: readonly SettingDeclaration[],
    chain: ScopeChain,
    asOfMs: number | undefined,
  ): Promise<readonly SettingState[]> {
    if (asOfMs === undefined) return declarations.map((it) => stateNow(values, it, chain));
    // What is stored is in force by now, also with a later instant of a clock that was ahead.
    const atMs = asOfMs < Math.floor(deps.clock.nowMs()) ? asOfMs : LAST_MS;
    const versions = await store.asOf(atMs, chain);
    return declarations.map((it) => stateBy(it, chain, versions));
  }

  /** Whether it has a value for a scope of the kind, or has one stored: a value that is left over can be taken back. */
  const isOf = ({ id, scopes }: SettingDeclaration, scope: string) =>
    scopes.includes(kindOf(scope)) || values.newest(id, scope) !== undefined;

  return {
    isStored: (scope) => values.declarations.some(({ id }) => values.newest(id, scope)),
    list: (chain, asOfMs) =>
      listed(
        values.declarations.filter((it) => isOf(it, chain[0])),
        chain,
        asOfMs,
      ),
    async find(id, chain, asOfMs) {
      const declaration = values.find(id);
      if (declaration === undefined) return { refusal: unknownSetting(id) };
      if (!isOf(declaration, chain[0])) return { refusal: otherScope(declaration, chain[0]) };
      const [found] = await listed([declaration], chain, asOfMs);
      return found as SettingState;
    },
    history: (id, scope, page) => store.history(id, scope, page),
    change: (by, { value, ...terms }) => make(by, terms, { action: "setting.change", value }),
    reset: (by, terms) => make(by, terms, { action: "setting.reset" }),
    async rollback(by, { toVersion, ...terms }) {
      const { id, chain } = terms;
      const found = await store.find(id, chain[0], toVersion);
      const action = "setting.rollback";
      if (found === undefined)
        return make(by, terms, {
          ...{ action, toVersion },
          refusal: unknownVersion(id, chain[0], toVersion),
        });
      const wanted = found.isReset ? {} : { value: found.value };
      return make(by, terms, { action, toVersion, ...wanted });
    },
  };
}

/** As it is by some versions alone. */
function stateBy(
  declaration: SettingDeclaration,
  chain: ScopeChain,
  versions: readonly SettingVersion[],
): SettingState {
  const newest = newestBy(declaration, versions);
  const version = newest(chain[0])?.version.version ?? 0;
  const inForce = valueInForce(declaration, chain, newest);
  return { declaration, scope: chain[0], version, overriddenBy: null, ...inForce };
}

function newestBy(declaration: SettingDeclaration, versions: readonly SettingVersion[]) {
  const own = versions.filter(({ id }) => id === declaration.id);
  const byScope = new Map(own.map((it) => [it.scope, readVersion(declaration, it)]));
  return (scope: string) => byScope.get(scope);
}
