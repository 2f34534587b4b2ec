// The settings of a kernel: their service, what follows the store, and the values as the parts of the kernel read them.
import { createMemorySettingStore } from "../adapters/memory/setting-store.ts";
import { DECLARATIONS } from "../config/declarations.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Log } from "../domain/ports/log.ts";
import type { SettingStore } from "../domain/ports/setting-store.ts";
import type { Audit } from "../services/audit/audit.ts";
import { createSettingFollower, type SettingFollower } from "../services/settings/follower.ts";
import { createSettings, type SettingsService } from "../services/settings/settings.ts";
import { createSettingValues, type SettingValues } from "../services/settings/values.ts";
import { createLiveSettings, type LiveSettings } from "./live-settings.ts";
import type { AuditSink } from "./memory-stores.ts";

interface KernelSettings {
  readonly values: SettingValues;
  readonly live: LiveSettings;
  readonly settings: SettingsService;
  readonly settingFollower: SettingFollower;
}

interface KernelSettingsDeps {
  /** Left out: they are held in memory. */
  readonly store: SettingStore | undefined;
  /** Left out: those of the store. */
  readonly values: SettingValues | undefined;
  readonly table: () => FleetTable;
  readonly audit: Audit;
  /** What the records of the memory go to. */
  readonly auditSink: AuditSink;
  readonly clock: Clock;
  readonly log: Log;
}

export function createKernelSettings(deps: KernelSettingsDeps): KernelSettings {
  const { table, audit, clock, log } = deps;
  const values = deps.values ?? createSettingValues(DECLARATIONS);
  const store = deps.store ?? createMemorySettingStore(deps.auditSink);
  return {
    values,
    live: createLiveSettings(values),
    settings: createSettings({ store, values, table, audit, clock }),
    settingFollower: createSettingFollower({ store, values, clock, log }),
  };
}
