// Changes of alarms, in their order: a few at once, and the rest in later turns, so that many do not hold the thread.
import type { Alarm, AlarmSubject } from "../../domain/alarm/alarm.ts";
import type { AlarmCode } from "../../domain/alarm/codes.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { WorkTurns } from "../work-turns.ts";

/** A change to be made. */
export interface AlarmChange {
  readonly code: AlarmCode;
  readonly subject: AlarmSubject;
  /** Raises an alarm: what happens, the values, and what to do. null clears it. */
  readonly message: string | null;
}

/** Changes of one turn. */
const MOST_IN_A_TURN = 200;
/** Alarms of one turn that have a line of the log each. */
const MOST_LINES = 20;

interface ChangesDeps {
  /** Makes a change; undefined where there is nothing to change. */
  readonly apply: (change: AlarmChange) => Alarm | undefined;
  /** Sends what was changed to the store. */
  readonly send: () => Promise<void>;
  readonly workTurns: WorkTurns;
  readonly log: Log;
}

export function createAlarmChanges({ apply, send, workTurns, log }: ChangesDeps) {
  const waiting: Iterator<AlarmChange>[] = [];
  let changed: Alarm[] = [];
  let isBusy = false;
  let leftInTurn = MOST_IN_A_TURN;

  /** Makes what waits, as far as this turn allows. */
  function advance(): void {
    while (leftInTurn > 0 && waiting.length > 0) {
      const next = waiting[0]?.next();
      if (next === undefined || next.done) {
        waiting.shift();
        continue;
      }
      leftInTurn--;
      const alarm = apply(next.value);
      if (alarm !== undefined) changed.push(alarm);
    }
  }

  function flush(): void {
    logChanges(changed, log);
    changed = [];
    // What neither the disk nor the database accepts is counted and logged there.
    send().catch(() => {});
  }

  /** Makes what waits in later turns, some of it in each. */
  async function serve(): Promise<void> {
    isBusy = true;
    // Changes of the same call are sent together.
    await Promise.resolve();
    flush();
    while (leftInTurn < MOST_IN_A_TURN) {
      await workTurns.next("answer");
      leftInTurn = MOST_IN_A_TURN;
      advance();
      flush();
    }
    isBusy = false;
  }

  return {
    /** Makes changes after those that wait: now, or in later turns, in which they are read one by one. */
    add(changes: Iterable<AlarmChange>): void {
      waiting.push(changes[Symbol.iterator]());
      advance();
      if (!isBusy) void serve();
    },
  };
}

function logChanges(alarms: readonly Alarm[], log: Log): void {
  for (const alarm of alarms.slice(0, MOST_LINES)) logChange(alarm, log);
  const more = alarms.length - MOST_LINES;
  if (more > 0) log.warn({ more }, `${more} more alarms were raised or cleared at the same time`);
}

function logChange({ id, code, message, clearedAtMs, assetId, dispatchId }: Alarm, log: Log): void {
  const fields = {
    ...{ alarm: code, alarmId: id },
    ...(assetId && { assetId }),
    ...(dispatchId && { dispatchId }),
  };
  if (clearedAtMs === null) log.warn(fields, `alarm ${code}: ${message}`);
  else log.info(fields, `alarm ${code} is cleared: ${message}`);
}
