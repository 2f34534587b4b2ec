// Settings in memory, until the process ends: the reference version of the port.
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { SettingStore } from "../../domain/ports/setting-store.ts";
import type { SettingVersion } from "../../domain/settings/in-force.ts";

/** @param keepAudit Keeps the audit records of each change. */
export function createMemorySettingStore(
  keepAudit: (records: readonly AuditRecord[]) => void,
): SettingStore {
  const stored: SettingVersion[] = [];
  const of = (id: string, scope: string) =>
    stored.filter((it) => it.id === id && it.scope === scope);
  return {
    changes: async (after) => ({
      versions: newestOf(stored.slice(after)),
      lastNumber: stored.length,
    }),
    asOf: async (atMs, scopes) =>
      newestOf(stored.filter((it) => it.changedAtMs <= atMs && scopes.includes(it.scope))),
    history: async (id, scope, { before = Infinity, limit }) =>
      of(id, scope)
        .filter(({ version }) => version < before)
        .reverse()
        .slice(0, limit),
    find: async (id, scope, version) => of(id, scope).find((it) => it.version === version),
    async change(id, decide) {
      const change = decide(newestOf(stored.filter((it) => it.id === id)));
      if (change === undefined) return;
      const { scope, version } = change.version;
      if (of(id, scope).some((it) => it.version === version))
        throw new Error(`bug: ${id} has a version ${version} for ${scope}`);
      stored.push(change.version);
      keepAudit(change.audit);
    },
  };
}

/** The newest version of each id and scope, in the order of ids and scopes. */
function newestOf(versions: readonly SettingVersion[]): readonly SettingVersion[] {
  const byKey = new Map(versions.map((it) => [`${it.id} ${it.scope}`, it]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it);
}
