// The port of a store of the versions of settings.
import type { AuditRecord } from "../audit/record.ts";
import type { SettingVersion } from "../settings/in-force.ts";

/** A new version, with its audit records. */
export interface SettingChange {
  readonly version: SettingVersion;
  readonly audit: readonly AuditRecord[];
}

/** What was stored after a number. */
export interface SettingChanges {
  /** The newest version of each id and scope with one. */
  readonly versions: readonly SettingVersion[];
  /** The number to read on from. */
  readonly lastNumber: number;
}

/** Which versions of an id and a scope to read, the newest first. */
export interface VersionPage {
  /** Only those before this version; left out: all. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A store of settings. Every implementation passes test/contracts/setting-store. @throws Fault STORE_UNAVAILABLE */
export interface SettingStore {
  /** @param after The `lastNumber` of the call before; 0: all. */
  changes(after: number): Promise<SettingChanges>;
  /** The newest version, by number, of each id in some scopes, of those that were changed up to an instant. */
  asOf(atMs: number, scopes: readonly string[]): Promise<readonly SettingVersion[]>;
  history(id: string, scope: string, page: VersionPage): Promise<readonly SettingVersion[]>;
  /** One version; undefined where there is none. */
  find(id: string, scope: string, version: number): Promise<SettingVersion | undefined>;
  /**
   * Decides on the newest versions of an id, one for each scope, and stores a new one with its audit records: all of it
   * or nothing. No other change of a setting comes between, also none of another server. @param decide Returns undefined
   * where nothing is to be changed; may be called again.
   */
  change(
    id: string,
    decide: (newest: readonly SettingVersion[]) => SettingChange | undefined,
  ): Promise<void>;
}
