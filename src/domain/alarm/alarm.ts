// An alarm: a condition that a person should know of, from when it is raised until it is cleared.
import type { AlarmCode, AlarmSeverity } from "./codes.ts";

/** What an alarm is about, as ids; each null where it is about none. */
export interface AlarmSubject {
  readonly assetId: string | null;
  readonly siteId: string | null;
  readonly dispatchId: string | null;
  /** The execution of a flow. */
  readonly executionId: string | null;
}

/** The subject of an alarm about the server. */
export const SERVER: AlarmSubject = {
  assetId: null,
  siteId: null,
  dispatchId: null,
  executionId: null,
};

export interface Alarm extends AlarmSubject {
  /** UUID. */
  readonly id: string;
  readonly code: AlarmCode;
  readonly severity: AlarmSeverity;
  /** What happened, the values, and what to do: as of when it was raised. */
  readonly message: string;
  /** Instants are in ms since the epoch, UTC. */
  readonly raisedAtMs: number;
  /** null: it is open. */
  readonly clearedAtMs: number | null;
  /** null: it was not acknowledged. */
  readonly acknowledgedAtMs: number | null;
  /** null: it was not acknowledged, or without an identity. */
  readonly acknowledgedBy: string | null;
  /** The number of the event that raised it: its place in the order of all alarms. */
  readonly raisedNumber: number;
  /** The numbers of the events that cleared and acknowledged it; null where none did. */
  readonly clearedNumber: number | null;
  readonly acknowledgedNumber: number | null;
}

/** A change of an alarm: it was raised, cleared or acknowledged. */
export interface AlarmEvent {
  /** Rising over all alarms, also across restarts where there is a store. */
  readonly number: number;
  /** When, in ms since the epoch, UTC. Not before that of an earlier event. */
  readonly atMs: number;
  /** As it was after the change. */
  readonly alarm: Alarm;
}

/** Equal for alarms of which at most one is open. */
export function alarmKey(code: AlarmCode, subject: AlarmSubject): string {
  const { executionId, dispatchId, assetId, siteId } = subject;
  return `${code} ${executionId ?? dispatchId ?? assetId ?? siteId ?? ""}`;
}

/** The newest number among the events of an alarm. */
export function newestNumber(alarm: Alarm): number {
  const { raisedNumber, clearedNumber, acknowledgedNumber } = alarm;
  return Math.max(raisedNumber, clearedNumber ?? 0, acknowledgedNumber ?? 0);
}

/** The events of an alarm, oldest first. */
export function eventsOf(alarm: Alarm): readonly AlarmEvent[] {
  const { raisedNumber, clearedNumber, acknowledgedNumber } = alarm;
  const changes = [
    [raisedNumber, alarm.raisedAtMs],
    [clearedNumber, alarm.clearedAtMs],
    [acknowledgedNumber, alarm.acknowledgedAtMs],
  ] as const;
  return changes
    .flatMap(([number, atMs]) =>
      number === null || atMs === null ? [] : [{ number, atMs, alarm: asOf(alarm, number) }],
    )
    .sort((a, b) => a.number - b.number);
}

/**
 * The events of alarms after the one of this number, at most `limit` of them, oldest first. Only those of the answer are
 * made: of 100,000 alarms they are found in some ms.
 */
export function eventsAfter(
  alarms: Iterable<Alarm>,
  number: number,
  limit: number,
): readonly AlarmEvent[] {
  const numbers: number[] = [];
  const later: Alarm[] = [];
  for (const alarm of alarms) {
    if (newestNumber(alarm) <= number) continue;
    later.push(alarm);
    for (const own of [alarm.raisedNumber, alarm.clearedNumber, alarm.acknowledgedNumber])
      if (own !== null && own > number) numbers.push(own);
  }
  const last = Float64Array.from(numbers).sort()[limit - 1] ?? Infinity;
  const isChosen = (own: number | null) => own !== null && own > number && own <= last;
  return later
    .filter(
      ({ raisedNumber, clearedNumber, acknowledgedNumber }) =>
        isChosen(raisedNumber) || isChosen(clearedNumber) || isChosen(acknowledgedNumber),
    )
    .flatMap(eventsOf)
    .filter((event) => isChosen(event.number))
    .sort((a, b) => a.number - b.number);
}

/** An alarm as it was after the event of this number. */
function asOf(alarm: Alarm, number: number): Alarm {
  const isLater = (other: number | null) => other !== null && other > number;
  return {
    ...alarm,
    ...(isLater(alarm.clearedNumber) && { clearedAtMs: null, clearedNumber: null }),
    ...(isLater(alarm.acknowledgedNumber) && {
      acknowledgedAtMs: null,
      acknowledgedBy: null,
      acknowledgedNumber: null,
    }),
  };
}
