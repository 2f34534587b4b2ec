// Changes of alarms, in their order: a few at once, and the rest in later turns, so that many do not hold the thread.
import type { Alarm, AlarmSubject } from "../../domain/alarm/alarm.ts";
import type { AlarmCode } from "../../domain/alarm/codes.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { WorkTurns } from "../work-turns.ts";

/** A change to be made: `message` raises an alarm, null clears it. */
export interface AlarmChange {
  readonly code: AlarmCode;
  readonly subject: AlarmSubject;
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
  const waiting: AlarmChange[] = [];
  let changed: Alarm[] = [];
  let isBusy = false;
  let leftInTurn = MOST_IN_A_TURN;

  function change(next: AlarmChange): void {
    leftInTurn--;
    const alarm = apply(next);
    if (alarm !== undefined) changed.push(alarm);
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
      for (const next of waiting.splice(0, MOST_IN_A_TURN)) change(next);
      flush();
    }
    isBusy = false;
  }

  return {
    add(next: AlarmChange): void {
      if (leftInTurn > 0 && waiting.length === 0) change(next);
      else waiting.push(next);
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
