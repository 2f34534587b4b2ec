// The port of a store of alarms.
import type { Alarm, AlarmEvent } from "../alarm/alarm.ts";
import type { AlarmFilter } from "../alarm/listing.ts";
import type { AuditRecord } from "../audit/record.ts";

/** The content of a store at a start. */
export interface OpenAlarms {
  /** Alarms that are not cleared, in the order in which they were raised. */
  readonly alarms: readonly Alarm[];
  /** Number of the newest event; the next one is higher. */
  readonly lastNumber: number;
}

/** Alarms on their way into the store. */
export interface AlarmWrite {
  /** Resolves once they survive the end of the process, as far as the machine can promise that now. */
  readonly kept: Promise<void>;
  /** Resolves once reads return them. @throws Fault STORE_UNAVAILABLE where they are only on their way after some s. */
  readonly stored: Promise<void>;
}

/** A store of alarms. Every implementation passes test/contracts/alarm-store. */
export interface AlarmStore {
  /** Stores alarms as they are now, in the order of the calls. Never waits, never throws. */
  record(alarms: readonly Alarm[], audit?: readonly AuditRecord[]): AlarmWrite;
  /** The content at the start of this server. Called before anything is recorded. */
  open(): Promise<OpenAlarms>;
  /** The alarm of this id, in either case, or undefined. */
  find(id: string): Promise<Alarm | undefined>;
  /** Those that were raised last first. */
  list(filter: AlarmFilter): Promise<readonly Alarm[]>;
  /** Events after the one of this number, oldest first; undefined where some are no longer stored, or none has this number yet. */
  eventsAfter(number: number, limit: number): Promise<readonly AlarmEvent[] | undefined>;
}
