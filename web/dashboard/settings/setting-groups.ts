// Settings in groups, as the page lists them, and the search in them.
import type { SettingPartsFragment } from "../api/operations.ts";
import { words } from "../text/words.ts";
import { valueText } from "./value-text.ts";

export type Setting = SettingPartsFragment;

export type GroupName = keyof typeof words.settings.groups;

/** The groups by the ids of their settings, in the order of the page. What is in none is in `other`. */
const GROUPS = {
  retention: [
    ...["raw_retention_days", "raw_retention_gb", "minute_retention_days"],
    ...["dispatch_retention_days", "alarm_retention_days"],
  ],
  history: ["recent_frames", "recent_mb"],
  limits: [
    ...["max_message_kb", "max_list_ids", "max_query_depth", "max_query_aliases"],
    ...["max_query_tokens", "max_query_complexity", "introspection"],
  ],
  clients: ["max_sockets", "max_socket_operations", "init_timeout_s", "slow_client_s"],
  alarms: [
    ...["asset_limited_s", "unskipped_s", "stale_s", "stale_ticks"],
    ...["event_shown_s", "late_ticks"],
  ],
  server: ["log_level", "metrics_assets"],
} as const satisfies Partial<Record<GroupName, readonly string[]>>;

export interface SettingGroup {
  readonly name: GroupName;
  readonly settings: readonly Setting[];
}

export function groupOf(id: string): GroupName {
  const found = Object.entries(GROUPS).find(([, ids]) => (ids as readonly string[]).includes(id));
  return (found?.[0] ?? "other") as GroupName;
}

/** The groups that have settings, each in the order of the server. */
export function groupsOf(settings: readonly Setting[]): readonly SettingGroup[] {
  const names = [...Object.keys(GROUPS), "other"] as GroupName[];
  return names
    .map((name) => ({ name, settings: settings.filter(({ id }) => groupOf(id) === name) }))
    .filter((group) => group.settings.length > 0);
}

/** What a setting is called; one of a newer server by its id. */
export const nameOf = (id: string): string => words.settings.names[id] ?? id;

/** Whether each word of a search is in what is shown of a setting. */
export function isFound(setting: Setting, search: string): boolean {
  const { id, description, unit, value, takesEffect, isOverriddenBy } = setting;
  const shown = [nameOf(id), id, description, valueText(value, unit), takesEffect, isOverriddenBy];
  const text = [...shown, words.settings.groups[groupOf(id)]].join(" ").toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
