// The alarms: raised and cleared, announced at once and stored behind, listed and acknowledged.
import type { Alarm, AlarmEvent, AlarmSubject } from "../../domain/alarm/alarm.ts";
import { ALARM_RULES, type AlarmCode } from "../../domain/alarm/codes.ts";
import { type AlarmFilter, listedOf } from "../../domain/alarm/listing.ts";
import { createSerial } from "../../domain/base/serial.ts";
import { nameOf, type Principal } from "../../domain/identity/principal.ts";
import type { AlarmStore } from "../../domain/ports/alarm-store.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Audit } from "../audit/audit.ts";
import {
  createRecentEvents,
  type EventFeed,
  mergedEvents,
  type RecentEvents,
} from "../recent-events.ts";
import type { WorkTurns } from "../work-turns.ts";
import { type AlarmChange, createAlarmChanges } from "./changes.ts";
import { createOpenAlarms } from "./open-alarms.ts";
import { createPendingAlarms, type PendingAlarms } from "./pending-alarms.ts";

/** An alarm that is acknowledged, or the refusal. */
export type AcknowledgeResult =
  | { readonly accepted: true; readonly alarm: Alarm }
  | { readonly accepted: false; readonly refusal: AlarmRefusal };

export interface AlarmRefusal {
  readonly code: "ALARM_UNKNOWN" | "FORBIDDEN";
  readonly message: string;
}

/** What clients use of the alarms. */
export interface AlarmService {
  /** Those that were raised last first. @throws Fault STORE_UNAVAILABLE, not where only open ones are listed. */
  list(filter: AlarmFilter): Promise<readonly Alarm[]>;
  /** The alarm of this id, in either case; undefined where there is none. @throws Fault STORE_UNAVAILABLE */
  find(id: string): Promise<Alarm | undefined>;
  /**
   * Acknowledges an alarm, open or cleared. One that is acknowledged stays as it is.
   *
   * @throws Fault STORE_UNAVAILABLE where it may be stored and cannot be read, or cannot be kept.
   */
  acknowledge(id: string, by: Principal): Promise<AcknowledgeResult>;
  /** Each event: an alarm was raised, cleared or acknowledged. */
  readonly events: EventFeed<AlarmEvent>;
  /** How many alarms of each code are open. */
  openCounts(): ReadonlyMap<AlarmCode, number>;
}

/** What raises and clears alarms. */
export interface Alarms extends AlarmService {
  /**
   * Raises an alarm now, or in one of the next turns where there are many. Does nothing where one of this code and
   * subject is open.
   *
   * @param message What happens, the values, and what to do.
   */
  raise(code: AlarmCode, subject: AlarmSubject, message: string): void;
  /** Clears the open alarm of this code and subject, in the order of the calls; does nothing where there is none. */
  clear(code: AlarmCode, subject: AlarmSubject): void;
  /** Raises and clears many, in their order, each read when it is its turn. */
  change(changes: Iterable<AlarmChange>): void;
  /** The open alarms of a code, in the order in which they were raised. */
  openOf(code: AlarmCode): readonly Alarm[];
  /** Restores the open alarms that are stored. Called before the first one is raised. */
  restore(): Promise<void>;
}

/** Events that are retained in memory, and that are read from the store at once. */
const KEEP_COUNT = 10_000;
const PAGE = 1_000;

interface AlarmsDeps {
  readonly store: AlarmStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly workTurns: WorkTurns;
  readonly audit: Audit;
  readonly log: Log;
}

export function createAlarms(deps: AlarmsDeps): Alarms {
  const { store, clock, chance, workTurns, audit, log } = deps;
  const pending = createPendingAlarms(store);
  const recent = createRecentEvents<AlarmEvent>(KEEP_COUNT);
  const open = createOpenAlarms();
  const acknowledging = createSerial();
  /** To the ms, as it is stored. */
  const nowMs = () => Math.floor(clock.nowMs());

  function announce(alarm: Alarm, number: number, atMs: number): void {
    open.set(alarm);
    pending.add(alarm);
    recent.announce({ number, atMs, alarm });
  }

  const changes = createAlarmChanges({ workTurns, log, send: pending.send, apply });

  function apply({ code, subject, message }: AlarmChange): Alarm | undefined {
    const before = open.find(code, subject);
    if ((message === null) === (before === undefined)) return undefined;
    const [number, atMs] = [recent.newNumber(), nowMs()];
    const alarm =
      before === undefined
        ? newAlarm(chance.newId(), code, subject, message ?? "", number, atMs)
        : { ...before, clearedAtMs: atMs, clearedNumber: number };
    announce(alarm, number, atMs);
    return alarm;
  }

  /** As it is now, where that is in memory. */
  const latest = (id: string) => open.byId(id) ?? pending.find(id);

  async function find(given: string): Promise<Alarm | undefined> {
    const id = given.toLowerCase();
    const found = latest(id) ?? (await store.find(id));
    return latest(id) ?? found;
  }

  async function acknowledge(id: string, by: Principal): Promise<AcknowledgeResult> {
    const found = await find(id);
    const audited = acknowledgement(id);
    if (found === undefined) {
      const refusal = alarmUnknown(id);
      audit.refuse(by, { ...audited, code: refusal.code, reason: refusal.message });
      return { accepted: false, refusal };
    }
    if (found.acknowledgedAtMs !== null) return { accepted: true, alarm: found };
    const [number, atMs] = [recent.newNumber(), nowMs()];
    const acknowledged = { acknowledgedAtMs: atMs, acknowledgedNumber: number };
    const alarm = { ...found, ...acknowledged, acknowledgedBy: nameOf(by) };
    announce(alarm, number, atMs);
    const after = { code: alarm.code, message: alarm.message };
    await pending.send([audit.done(by, { ...audited, after })]);
    return { accepted: true, alarm };
  }

  return {
    raise: (code, subject, message) => changes.add([{ code, subject, message }]),
    clear: (code, subject) => changes.add([{ code, subject, message: null }]),
    change: changes.add,
    openOf: open.ofCode,
    openCounts: open.counts,
    find,
    acknowledge: (id, by) => acknowledging.run(() => acknowledge(id, by)),
    async list(filter) {
      if (filter.open === true) return open.list(filter);
      await pending.flushed();
      // Before the store is read: what is stored meanwhile is in both. What could not be stored is here alone.
      const byId = new Map(pending.all().map((alarm) => [alarm.id, alarm]));
      for (const alarm of await store.list(filter)) byId.set(alarm.id, latest(alarm.id) ?? alarm);
      return listedOf(byId.values(), filter);
    },
    events: eventFeed(store, pending, recent),
    async restore() {
      const { alarms, lastNumber } = await store.open();
      recent.begin(lastNumber);
      for (const alarm of alarms) open.set(alarm);
    },
  };
}

const acknowledgement = (id: string) =>
  ({ action: "alarm.acknowledge", target: `alarm:${id.toLowerCase()}` }) as const;

/** All events: the recent ones, and those that are stored. */
function eventFeed(
  store: Pick<AlarmStore, "eventsAfter">,
  pending: PendingAlarms,
  { follow, next, lastNumber, since }: RecentEvents<AlarmEvent>,
): EventFeed<AlarmEvent> {
  return {
    ...{ follow, next, lastNumber },
    async after(number) {
      if (number > lastNumber()) return undefined;
      const retained = since(number);
      if (retained !== undefined) return retained;
      await pending.flushed();
      // Before the store is read: what is stored meanwhile is in both.
      const waiting = pending.eventsAfter(number, PAGE);
      const page = await store.eventsAfter(number, PAGE);
      return page && mergedEvents(page, waiting).slice(0, PAGE);
    },
  };
}

/** The refusal of an id that no alarm has. */
export function alarmUnknown(id: string): AlarmRefusal {
  const message = `no alarm has the id ${id}: read the ids from alarms; those that were cleared are removed in the end`;
  return { code: "ALARM_UNKNOWN", message };
}

function newAlarm(
  id: string,
  code: AlarmCode,
  { assetId, siteId, dispatchId, executionId }: AlarmSubject,
  message: string,
  raisedNumber: number,
  raisedAtMs: number,
): Alarm {
  return {
    id,
    code,
    severity: ALARM_RULES[code].severity,
    message,
    assetId,
    siteId,
    dispatchId,
    executionId,
    raisedAtMs,
    clearedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    raisedNumber,
    clearedNumber: null,
    acknowledgedNumber: null,
  };
}
