// The open alarms in memory, in the order in which they were raised: at most one of each code and subject.
import { type Alarm, type AlarmSubject, alarmKey } from "../../domain/alarm/alarm.ts";
import type { AlarmCode } from "../../domain/alarm/codes.ts";
import { type AlarmFilter, listedOf } from "../../domain/alarm/listing.ts";

export function createOpenAlarms() {
  const byKey = new Map<string, Alarm>();
  const byId = new Map<string, Alarm>();
  const counts = new Map<AlarmCode, number>();
  const count = (code: AlarmCode, by: number) => counts.set(code, (counts.get(code) ?? 0) + by);

  return {
    /** Notes an alarm as it is now. */
    set(alarm: Alarm): void {
      const key = alarmKey(alarm.code, alarm);
      const isKnown = byId.has(alarm.id);
      if (alarm.clearedAtMs === null) {
        byKey.set(key, alarm);
        byId.set(alarm.id, alarm);
        if (!isKnown) count(alarm.code, 1);
      } else if (isKnown) {
        byKey.delete(key);
        byId.delete(alarm.id);
        count(alarm.code, -1);
      }
    },
    find: (code: AlarmCode, subject: AlarmSubject) => byKey.get(alarmKey(code, subject)),
    byId: (id: string) => byId.get(id),
    ofCode: (code: AlarmCode) => [...byId.values()].filter((alarm) => alarm.code === code),
    counts: (): ReadonlyMap<AlarmCode, number> => counts,
    list: (filter: AlarmFilter) => listedOf(byId.values(), filter),
  };
}
