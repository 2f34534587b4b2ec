// Alarms of tests.
import { randomUUID } from "node:crypto";
import { type Alarm, SERVER } from "../../src/domain/alarm/alarm.ts";

export const RAISED_MS = Date.UTC(2026, 10, 20, 12, 0, 0);

/** An open alarm of the server, with what differs. */
export function alarmOf(difference: Partial<Alarm> = {}): Alarm {
  return {
    ...SERVER,
    id: randomUUID(),
    ...{ code: "DATA_STALE", severity: "critical", message: "the fleet does not report" },
    ...{ raisedAtMs: RAISED_MS, raisedNumber: 1, clearedAtMs: null, clearedNumber: null },
    ...{ acknowledgedAtMs: null, acknowledgedBy: null, acknowledgedNumber: null },
    ...difference,
  };
}
