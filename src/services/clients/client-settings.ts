// Settings as one client may read and change them: those of the scopes that it administers; other scopes do not exist for it.
import type { Json } from "../../domain/audit/record.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import { mayDo } from "../../domain/identity/scope.ts";
import type { VersionPage } from "../../domain/ports/setting-store.ts";
import type { SettingDeclaration } from "../../domain/settings/declaration.ts";
import type { SettingVersion } from "../../domain/settings/in-force.ts";
import {
  noScope,
  retiredScope,
  type SettingRefusal,
  unknownScope,
  unknownSetting,
} from "../../domain/settings/refusal.ts";
import {
  chainOf,
  findRetired,
  PLATFORM,
  readScope,
  type ScopeChain,
  type ScopeKind,
  type SettingScope,
  scopeText,
} from "../../domain/settings/scope.ts";
import type { Audit } from "../audit/audit.ts";
import { requested, settingTarget } from "../settings/change.ts";
import type { SettingForbidden, SettingResult, SettingState } from "../settings/outcomes.ts";
import type { SettingsService } from "../settings/settings.ts";
import type { ClientTelemetry } from "./client-telemetry.ts";
import type { Rights } from "./rights.ts";

/** Why a scope may not be read or changed. */
export type ScopeRefusal = SettingRefusal | SettingForbidden;

export interface Refused {
  readonly refusal: ScopeRefusal;
}

export interface SettingRequest {
  readonly id: string;
  /** Left out: the platform. */
  readonly scope?: string | undefined;
  /** The newest version that the client knows; 0: none. */
  readonly expectedVersion: number;
  readonly reason?: string | undefined;
  readonly isDryRun?: boolean | undefined;
}

/** @throws Fault STORE_UNAVAILABLE */
export interface ClientSettings {
  /** @param scope Left out: the platform. @param asOfMs Left out: now. */
  list(scope?: string, asOfMs?: number): Promise<readonly SettingState[] | Refused>;
  find(id: string, scope?: string, asOfMs?: number): Promise<SettingState | Refused>;
  /** The versions of a setting that was read, the newest first. */
  history(state: SettingState, page: VersionPage): Promise<readonly SettingVersion[]>;
  change(request: SettingRequest & { readonly value: Json }): Promise<SettingResult>;
  reset(request: SettingRequest): Promise<SettingResult>;
  rollback(request: SettingRequest & { readonly toVersion: number }): Promise<SettingResult>;
}

type Attempt = SettingRequest & { readonly value?: Json; readonly toVersion?: number };

/** A scope that may be read, and which settings of it. */
interface Readable {
  readonly chain: ScopeChain;
  isSeen(declaration: SettingDeclaration): boolean;
}

interface ClientSettingsDeps {
  readonly settings: SettingsService;
  readonly telemetry: ClientTelemetry;
  readonly rights: Rights;
  readonly by: Principal;
  readonly audit: Audit;
}

export function createClientSettings(deps: ClientSettingsDeps): ClientSettings {
  const { settings, rights, by, audit } = deps;
  const { readChain, runningChain } = createChains(deps);

  async function attempt(
    action: "setting.change" | "setting.reset" | "setting.rollback",
    { scope = PLATFORM, ...request }: Attempt,
    work: (chain: ScopeChain) => Promise<SettingResult>,
  ): Promise<SettingResult> {
    const chain = action === "setting.reset" ? readChain(scope) : runningChain(scope);
    if (!("refusal" in chain)) return work(chain);
    const { code, message } = chain.refusal;
    const target = settingTarget(request.id, scope);
    const after = requested(request, request);
    if (request.isDryRun !== true)
      audit.refuse(by, { action, target, code, reason: message, after });
    return { kind: "refused", refusal: chain.refusal };
  }

  /** As `readChain`, to read: what a scope inherits from the platform may be seen. */
  function readable(text: string): Readable | Refused {
    const kinds = changeableKinds(rights, by);
    const isSeen = (it: SettingDeclaration) => it.scopes.some((kind) => kinds.has(kind));
    if (text === PLATFORM && kinds.size > 0) return { chain: [PLATFORM], isSeen };
    const chain = readChain(text);
    return "refusal" in chain ? chain : { chain, isSeen };
  }

  return {
    async list(scope = PLATFORM, asOfMs) {
      const read = readable(scope);
      if ("refusal" in read) return read;
      const listed = await settings.list(read.chain, asOfMs);
      return listed.filter(({ declaration }) => read.isSeen(declaration));
    },
    async find(id, scope = PLATFORM, asOfMs) {
      const read = readable(scope);
      if ("refusal" in read) return read;
      const found = await settings.find(id, read.chain, asOfMs);
      const isHidden = !("refusal" in found) && !read.isSeen(found.declaration);
      return isHidden ? { refusal: unknownSetting(id) } : found;
    },
    history: ({ declaration, scope }, page) => settings.history(declaration.id, scope, page),
    change: (request) =>
      attempt("setting.change", request, (chain) => settings.change(by, { ...request, chain })),
    reset: (request) =>
      attempt("setting.reset", request, (chain) => settings.reset(by, { ...request, chain })),
    rollback: (request) =>
      attempt("setting.rollback", request, (chain) => settings.rollback(by, { ...request, chain })),
  };
}

/** The kinds of scopes that a client may change somewhere: of other settings it does not see the platform either. */
function changeableKinds(rights: Rights, { grants }: Principal): ReadonlySet<ScopeKind> {
  const isWhole = rights.refuse("administer", "fleet") === undefined;
  const isTrader = rights.refuse("configure", "fleet") === undefined;
  return new Set<ScopeKind>([
    ...(isWhole ? (["platform"] as const) : []),
    ...(isTrader ? (["flow"] as const) : []),
    ...(mayDo(grants, "administer") ? (["site", "asset"] as const) : []),
  ]);
}

/** The chains of scopes, as far as the client has the scopes. */
function createChains({
  settings,
  telemetry,
  rights,
}: Pick<ClientSettingsDeps, "settings" | "telemetry" | "rights">) {
  /** A scope with those that it inherits from; or why the client has none of it. */
  function readChain(text: string): ScopeChain | Refused {
    const scope = readScope(text);
    const chain = scope && chainOf(scope, telemetry.table());
    if (scope === undefined || chain === undefined)
      return leftOverChain(scope === undefined ? text : scopeText(scope)) ?? goneScope(text);
    const refusal = refuseScope(scope);
    return refusal === undefined ? chain : { refusal };
  }

  /** Of a scope that is gone, or of no kind that is known, as long as it has values: they are read and taken back. */
  function leftOverChain(text: string): ScopeChain | undefined {
    const isWhole = rights.refuse("administer", "fleet") === undefined;
    return isWhole && settings.isStored(text) ? [text, PLATFORM] : undefined;
  }

  function refuseScope(scope: SettingScope): SettingForbidden | undefined {
    if (scope.kind === "platform") return rights.refuse("administer", "fleet");
    if (scope.kind === "flow") return rights.refuse("configure", "fleet");
    const table = telemetry.table();
    const site = scope.kind === "site" ? table.findSite(scope.of) : undefined;
    const asset = scope.kind === "asset" ? table.findAsset(scope.of) : undefined;
    if (site !== undefined) return rights.refuse("administer", { site });
    return asset && rights.refuse("administer", { asset });
  }

  /** As `readChain`, to be given a value: an asset or a site that runs. */
  function runningChain(text: string): ScopeChain | Refused {
    const chain = readChain(text);
    if ("refusal" in chain) return chain;
    const scope = readScope(text);
    if (scope === undefined || chainOf(scope, telemetry.table()) === undefined)
      return goneScope(text);
    const retired = findRetired(scope, telemetry.table());
    return retired === undefined ? chain : { refusal: retiredScope(scopeText(scope), retired) };
  }

  return { readChain, runningChain };
}

/** Why a text names no scope that is there. */
function goneScope(text: string): Refused {
  const scope = readScope(text);
  return { refusal: scope === undefined ? noScope(text) : unknownScope(scopeText(scope)) };
}
