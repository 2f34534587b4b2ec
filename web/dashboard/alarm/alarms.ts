// The alarms that are open, known on every page: read once, then kept up to date by a subscription.
import type { Client } from "graphql-ws";
import { request } from "../api/api.ts";
import { AlarmEvents, type AlarmPartsFragment, OpenAlarms } from "../api/operations.ts";
import { readPages } from "../api/pages.ts";
import { followList } from "../live/follow-list.ts";

export type Alarm = AlarmPartsFragment;

export interface Alarms {
  /** Open alarms, newest first; a new array with every change. */
  open(): readonly Alarm[];
  /** Calls the listener with every change of `open`. Returns a function that ends this. */
  watch(listener: () => void): () => void;
  /** Calls the listener with an alarm that was raised, cleared or acknowledged. Returns a function that ends this. */
  onChange(listener: (alarm: Alarm) => void): () => void;
  /** Applies the answer to a change. */
  put(alarm: Alarm): void;
}

/** From the least to the most urgent. */
export const SEVERITIES = ["INFO", "WARNING", "CRITICAL"] as const;

/** The most urgent severity of alarms; undefined where there is none. */
export function worstOf(alarms: readonly Pick<Alarm, "severity">[]): Alarm["severity"] | undefined {
  return SEVERITIES.findLast((severity) => alarms.some((alarm) => alarm.severity === severity));
}

/** Alarms with one of them added, replaced, or taken out where it is cleared; newest first. */
export function withAlarm(alarms: readonly Alarm[], alarm: Alarm): readonly Alarm[] {
  const others = alarms.filter(({ id }) => id !== alarm.id);
  if (alarm.clearedAt !== null) return others;
  return [...others, alarm].sort((a, b) => b.raisedAt.localeCompare(a.raisedAt));
}

/** Starts to follow the alarms, and never stops. */
export function startAlarms(client: Client): Alarms {
  const watchers = new Set<() => void>();
  const listeners = new Set<(alarm: Alarm) => void>();
  let open: readonly Alarm[] = [];

  function show(next: readonly Alarm[]): void {
    open = next;
    for (const watcher of watchers) watcher();
  }

  function put(alarm: Alarm): void {
    show(withAlarm(open, alarm));
    for (const listener of listeners) listener(alarm);
  }

  followList(
    client,
    AlarmEvents,
    {},
    {
      read: () => readPages((after) => request(OpenAlarms, { after }).then(({ alarms }) => alarms)),
      onRead: show,
      onEvent: ({ alarmEvents }) => put(alarmEvents.alarm),
      // The header says that the connection is lost.
      onError() {},
    },
  );
  return {
    open: () => open,
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put,
  };
}
