// A change of a setting: decided on what is stored, and stored as a new version with its audit record, or previewed.
import type { Json } from "../../domain/audit/record.ts";
import { shortened } from "../../domain/base/quote.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import { withoutTokens } from "../../domain/identity/token.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { SettingStore } from "../../domain/ports/setting-store.ts";
import type { SettingDeclaration } from "../../domain/settings/declaration.ts";
import {
  type KnownVersion,
  readVersion,
  type SettingVersion,
  valueInForce,
} from "../../domain/settings/in-force.ts";
import {
  invalidValue,
  otherScope,
  type SettingRefusal,
  unknownSetting,
} from "../../domain/settings/refusal.ts";
import { kindOf, type ScopeChain } from "../../domain/settings/scope.ts";
import type { Audit } from "../audit/audit.ts";
import { effectsOf } from "./effects.ts";
import { type SettingResult, stateNow } from "./outcomes.ts";
import type { SettingValues } from "./values.ts";

export interface ChangeTerms {
  readonly id: string;
  readonly chain: ScopeChain;
  /** The newest version that the client knows; 0: none. */
  readonly expectedVersion: number;
  readonly reason?: string | undefined;
  /** Whether nothing is changed, and the effect is answered. */
  readonly isDryRun?: boolean | undefined;
}

/** What a scope is to have: a value of its own, or none; or why it cannot have it. */
export interface Wanted {
  readonly action: "setting.change" | "setting.reset" | "setting.rollback";
  /** Left out: none. */
  readonly value?: Json;
  /** Of a rollback: the version whose value that is. */
  readonly toVersion?: number;
  readonly refusal?: SettingRefusal;
}

export interface ChangeDeps {
  readonly store: SettingStore;
  readonly values: SettingValues;
  /** The whole fleet. */
  readonly table: () => FleetTable;
  readonly audit: Audit;
  readonly clock: Pick<Clock, "nowMs">;
}

/** A value of a scope, as the audit log has it. */
type Facts = {
  readonly version: number;
  readonly value: Json;
  readonly is_inherited: boolean;
};

type Newest = ReadonlyMap<string, KnownVersion>;

export function createChange(deps: ChangeDeps) {
  const { store, values, audit } = deps;

  return async (by: Principal, terms: ChangeTerms, wanted: Wanted): Promise<SettingResult> => {
    const { id, chain, isDryRun = false } = terms;
    const [scope] = chain;
    const { action } = wanted;
    const audited = { action, target: settingTarget(id, scope), reason: terms.reason };
    const refuse = (code: string, message: string) => {
      const after = requested(terms, wanted);
      if (!isDryRun) audit.refuse(by, { ...audited, code, reason: message, after });
    };
    const isLeftOver = isReset(wanted) && values.newest(id, scope) !== undefined;
    const read = readTerms(values.find(id), terms, wanted, isLeftOver);
    if ("code" in read) {
      refuse(read.code, read.message);
      return { kind: "refused", refusal: read };
    }
    const { declaration } = read;
    let newest: Newest = new Map();
    let next: SettingVersion | undefined;
    await store.change(id, (versions) => {
      newest = new Map(versions.map((it) => [it.scope, readVersion(declaration, it)]));
      next = nextVersion(read, newest, { terms, changedBy: by.id, nowMs: deps.clock.nowMs() });
      if (next === undefined || isDryRun) return undefined;
      const before = factsOf(declaration, chain, newest);
      const after = factsOf(declaration, chain, withVersion(declaration, newest, next));
      return { version: next, audit: [audit.done(by, { ...audited, before, after })] };
    });
    values.apply([...newest.values()].map(({ version }) => version));
    if (next === undefined) {
      const current = newest.get(scope)?.version ?? null;
      const message = conflictText(terms, current);
      refuse("SETTING_CONFLICT", message);
      const setting = stateNow(values, declaration, chain);
      return { kind: "conflict", code: "SETTING_CONFLICT", message, setting, current };
    }
    if (!isDryRun) {
      values.apply([next]);
      return { kind: "changed", setting: stateNow(values, declaration, chain), change: next };
    }
    const then = withVersion(declaration, newest, next);
    const setting = stateNow(values, declaration, chain);
    const valueBy = (by: Newest) => (of: ScopeChain) =>
      valueInForce(declaration, of, (it) => by.get(it)).value;
    const effects = effectsOf({
      ...{ scope, kinds: declaration.scopes, table: deps.table() },
      ...{ before: valueBy(newest), after: valueBy(then) },
    });
    return { kind: "preview", setting, value: valueBy(then)(chain), ...effects };
  };
}

/** What the audit log names a setting of a scope. @param id As a client wrote it. */
export function settingTarget(id: string, scope: string): string {
  return `setting:${shortened(id)}/${shortened(scope)}`;
}

/** What was requested, as the record of a refusal has it. */
export function requested(
  { expectedVersion, reason }: Pick<ChangeTerms, "expectedVersion" | "reason">,
  { value, toVersion }: Pick<Wanted, "value" | "toVersion">,
): Json {
  return {
    ...(value !== undefined && { value }),
    ...(toVersion !== undefined && { to_version: toVersion }),
    expected_version: expectedVersion,
    ...(reason !== undefined && { reason }),
  };
}

interface ReadTerms {
  readonly declaration: SettingDeclaration;
  /** The value; undefined: none of its own. */
  readonly value: Json | undefined;
}

function isReset({ value, refusal }: Wanted): boolean {
  return value === undefined && refusal === undefined;
}

/** @param isLeftOver Whether a value of the scope is taken back, of whatever kind it is. */
function readTerms(
  declaration: SettingDeclaration | undefined,
  { id, chain: [scope] }: ChangeTerms,
  wanted: Wanted,
  isLeftOver: boolean,
): ReadTerms | SettingRefusal {
  if (declaration === undefined) return unknownSetting(id);
  if (!isLeftOver && !declaration.scopes.includes(kindOf(scope)))
    return otherScope(declaration, scope);
  if (wanted.refusal !== undefined) return wanted.refusal;
  if (wanted.value === undefined) return { declaration, value: undefined };
  const read = declaration.read(wanted.value);
  return "wrong" in read ? invalidValue(id, read.wrong) : { declaration, value: read.value };
}

/** The version to be stored; undefined where another one than the expected is the newest. */
function nextVersion(
  { declaration, value }: ReadTerms,
  newest: Newest,
  given: { readonly terms: ChangeTerms; readonly changedBy: string; readonly nowMs: number },
): SettingVersion | undefined {
  const { id, chain, expectedVersion } = given.terms;
  // A history is shown to all who may read the setting: it has as little to sign in with as the audit log.
  const reason = given.terms.reason === undefined ? null : withoutTokens(given.terms.reason);
  const [scope, ...inherited] = chain;
  const before = newest.get(scope)?.version;
  if ((before?.version ?? 0) !== expectedVersion) return undefined;
  const valueBelow = valueInForce(declaration, inherited, (it) => newest.get(it)).value;
  return {
    ...{ id, scope, version: expectedVersion + 1, changedBy: given.changedBy, reason },
    ...{ value: value ?? valueBelow, isReset: value === undefined },
    // To the ms, as it is stored. Where the clock was ahead, the version before may have a later instant.
    changedAtMs: Math.floor(given.nowMs),
  };
}

function withVersion(
  declaration: SettingDeclaration,
  newest: Newest,
  version: SettingVersion,
): Newest {
  return new Map([...newest, [version.scope, readVersion(declaration, version)]]);
}

function factsOf(declaration: SettingDeclaration, chain: ScopeChain, newest: Newest): Facts {
  const [scope] = chain;
  const { value, from } = valueInForce(declaration, chain, (it) => newest.get(it));
  const version = newest.get(scope)?.version.version ?? 0;
  return { version, value, is_inherited: from?.scope !== scope };
}

function conflictText(
  { id, chain: [scope], expectedVersion }: ChangeTerms,
  change: SettingVersion | null,
): string {
  if (change === null)
    return `${id} has no version for ${scope}, and version ${expectedVersion} was expected: expect 0`;
  const { version, changedBy, changedAtMs } = change;
  const at = new Date(changedAtMs).toISOString();
  return `${id} has version ${version} for ${scope}, by ${changedBy} at ${at}, and version ${expectedVersion} was expected: look at that change, and expect ${version}`;
}
