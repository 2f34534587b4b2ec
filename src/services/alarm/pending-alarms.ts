// Alarms that were announced and may not be stored yet: a read is never behind an announcement.
import { type Alarm, type AlarmEvent, eventsAfter } from "../../domain/alarm/alarm.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { AlarmStore } from "../../domain/ports/alarm-store.ts";

export interface PendingAlarms {
  /** @param alarm As it is now. */
  add(alarm: Alarm): void;
  /**
   * Sends what was added since the last call to the store, with records of the audit log. Resolves once it survives the end of the process.
   *
   * @throws Fault STORE_UNAVAILABLE where neither the disk nor the database accepts it.
   */
  send(audit?: readonly AuditRecord[]): Promise<void>;
  /** Resolves once what was sent before is stored, or the store gave up waiting. */
  flushed(): Promise<void>;
  /** All that is pending, as it is now. */
  all(): readonly Alarm[];
  /** The pending alarm of this id, as it is now. */
  find(id: string): Alarm | undefined;
  /** Pending events after the one of this number, at most `limit` of them, oldest first. */
  eventsAfter(number: number, limit: number): readonly AlarmEvent[];
}

/** Only while the store is unavailable so many wait; reads fail then, and older ones are dropped. */
const MOST = 100_000;

export function createPendingAlarms(store: Pick<AlarmStore, "record">, most = MOST): PendingAlarms {
  /** Each as it is now, with the number of the `send` that it belongs to; the oldest change first. */
  const byId = new Map<string, { readonly alarm: Alarm; readonly send: number }>();
  const sent = new Set<Promise<void>>();
  let unsent: Alarm[] = [];
  let sends = 0;

  /** What was sent before is stored as well, though the call for it may have been rejected. */
  function dropUntil(send: number): void {
    for (const [id, pending] of byId) {
      if (pending.send > send) return;
      byId.delete(id);
    }
  }

  const all = () => Array.from(byId.values(), ({ alarm }) => alarm);

  return {
    add(alarm) {
      unsent.push(alarm);
      byId.delete(alarm.id);
      byId.set(alarm.id, { alarm, send: sends });
      const [oldest] = byId.size > most ? byId.keys() : [];
      if (oldest !== undefined) byId.delete(oldest);
    },
    send(audit = []) {
      if (unsent.length === 0) return Promise.resolve();
      const send = sends++;
      const { kept, stored } = store.record(unsent, audit);
      unsent = [];
      sent.add(stored);
      const end = () => void sent.delete(stored);
      stored.then(() => {
        end();
        dropUntil(send);
      }, end);
      return kept;
    },
    async flushed() {
      await Promise.allSettled(sent);
    },
    all,
    find: (id) => byId.get(id)?.alarm,
    eventsAfter: (number, limit) => eventsAfter(all(), number, limit),
  };
}
