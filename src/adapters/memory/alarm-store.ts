// The alarms in memory, until the process ends: the reference version of the port.
import { type Alarm, eventsAfter, newestNumber } from "../../domain/alarm/alarm.ts";
import { listedOf } from "../../domain/alarm/listing.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { AlarmStore } from "../../domain/ports/alarm-store.ts";
import { createRing } from "./ring.ts";

/**
 * Stores every open alarm, and the `capacity` alarms that were cleared last. The number of open ones is bounded by the
 * number of codes, assets and open dispatches.
 *
 * @param lastNumber Events are numbered from the next number on; it lies above the numbers of earlier runs.
 * @param audit      Is called with the records of the audit log.
 */
export function createMemoryAlarmStore(
  capacity: number,
  lastNumber = 0,
  audit: (records: readonly AuditRecord[]) => void = () => {},
): AlarmStore {
  /** In the order in which they were raised. */
  const byId = new Map<string, Alarm>();
  const cleared = createRing<string>(capacity);
  let forgottenNumber = lastNumber;
  let newest = lastNumber;

  function keep(alarm: Alarm): void {
    const before = byId.get(alarm.id);
    byId.set(alarm.id, alarm);
    newest = Math.max(newest, newestNumber(alarm));
    if (alarm.clearedAtMs === null || (before && before.clearedAtMs !== null)) return;
    const oldest = byId.get(cleared.add(alarm.id) ?? "");
    if (oldest === undefined) return;
    byId.delete(oldest.id);
    forgottenNumber = Math.max(forgottenNumber, newestNumber(oldest));
  }

  const done = Promise.resolve();
  return {
    record(alarms, records = []) {
      for (const alarm of alarms) keep(alarm);
      audit(records);
      return { kept: done, stored: done };
    },
    open: async () => ({
      alarms: [...byId.values()].filter(({ clearedAtMs }) => clearedAtMs === null),
      lastNumber: newest,
    }),
    find: async (id) => byId.get(id.toLowerCase()),
    list: async (filter) => listedOf(byId.values(), filter),
    async eventsAfter(number, limit) {
      if (number < forgottenNumber || number > newest) return undefined;
      return eventsAfter(byId.values(), number, limit);
    },
  };
}
