// Sends a schedule, and says what it did to the one before.
import { change } from "../api/api.ts";
import { Schedule, type ScheduleInput } from "../api/operations.ts";
import type { RequestIds } from "../api/request-ids.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { intervalRefusalWords } from "./interval-refusal-words.ts";
import type { DispatchItem } from "./listed.ts";
import type { IntervalErrors, RefusedRow } from "./schedule-draft.ts";
import type { Dispatches } from "./use-dispatches.ts";

export interface ScheduleOutcome {
  readonly isAccepted: boolean;
  readonly message: string;
  readonly refused?: RefusedRow;
}

/** The open intervals of the schedule. */
export const intervalsOf = (open: readonly DispatchItem[]) =>
  open.filter(({ scheduleId }) => scheduleId !== null);

/** Sets the schedule, or removes it where it has no interval. Throws an ApiError. */
export async function sendSchedule(
  input: ScheduleInput,
  ids: RequestIds,
  assetName: string,
  readOpen: Dispatches["readOpen"],
): Promise<ScheduleOutcome> {
  const before = intervalsOf(await readOpen());
  const { scheduleSet: answer } = await ids.send(input, (requestId) =>
    change(Schedule, { input: { ...input, requestId } }),
  );
  if (answer.__typename === "ScheduleRefused") {
    const { index, refusal } = answer;
    const place = index === null ? "" : words.schedule.place(index + 1);
    const reason = intervalRefusalWords(answer, input, assetName);
    const message = words.schedule.refused(place, reason);
    if (index === null) return { isAccepted: false, message };
    const errors = errorsOf(refusal.field, reason);
    return { isAccepted: false, message, refused: { index, errors } };
  }
  // What was withdrawn is known by what is open now; the schedule is set where that cannot be read.
  const after = await readOpen().catch(() => undefined);
  const stillOpen = new Set(after?.map(({ id }) => id));
  const ended = after && before.filter(({ id }) => !stillOpen.has(id));
  const { pastCount } = answer;
  const past = pastCount === 0 ? "" : words.schedule.past(formats.count(pastCount));
  const isRemoval = input.intervals.length === 0;
  const done = isRemoval ? words.schedule.removed : words.schedule.accepted;
  return { isAccepted: true, message: [done + past, endedWords(ended)].filter(Boolean).join(" ") };
}

/** What became of the intervals of the schedule before. */
export function endedWords(ended: readonly DispatchItem[] | undefined): string {
  if (ended === undefined || ended.length === 0) return "";
  const running = ended.filter(({ status }) => status === "ACTIVE").length;
  const waiting = ended.length - running;
  return [
    waiting > 0 && words.schedule.withdrawn(formats.count(waiting)),
    running > 0 && words.schedule.cutShort(formats.count(running)),
  ]
    .filter(Boolean)
    .join(" ");
}

/** Fields of a row by the field of an interval. */
function errorsOf(field: string | null, message: string): IntervalErrors {
  if (field === "startAt") return { from: message };
  return field === "durationS" ? { until: message } : { power: message };
}
