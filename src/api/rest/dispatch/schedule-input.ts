// The input of a schedule: JSON, or CSV with a query string.

import { z } from "@hono/zod-openapi";
import { readUtf8 } from "../../../domain/base/utf8.ts";
import { SCHEDULE_TEXTS } from "../../../domain/dispatch/fields.ts";
import { MOST_INTERVALS } from "../../../domain/dispatch/schedule-decision.ts";
import { fieldErrors } from "../../transport/input-problem.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { CSV_SIGNS, readSigns } from "../base/csv-signs.ts";
import { EXAMPLE } from "../base/examples.ts";
import { quantity, time } from "../base/schemas.ts";
import { readScheduleCsv } from "./schedule-csv.ts";
import { RequestId, ShortfallPolicy } from "./shapes.ts";

const Policy = ShortfallPolicy.openapi({
  description: SCHEDULE_TEXTS.onShortfall,
});

const IntervalInput = z
  .strictObject({
    from: time.openapi({
      description: SCHEDULE_TEXTS.from,
    }),
    until: time.openapi({
      description: SCHEDULE_TEXTS.until,
    }),
    mw: quantity(SCHEDULE_TEXTS.mw),
  })
  .openapi("IntervalInput");

export const ScheduleInput = z
  .strictObject({
    intervals: z.array(IntervalInput).openapi({
      description: `In the order of time, without overlap, ${MOST_INTERVALS} at most. Past ones are left out, and counted in the answer; the one in progress begins with the next tick. None: no schedule any more.`,
      maxItems: MOST_INTERVALS,
    }),
    on_shortfall: Policy.nullish(),
    request_id: RequestId.nullish(),
  })
  .openapi("ScheduleInput");

const [FROM, BETWEEN, UNTIL] = EXAMPLE.hours;
/** A schedule of two intervals. */
export const SCHEDULE_EXAMPLE = {
  intervals: [
    { from: FROM, until: BETWEEN, mw: 2 },
    { from: BETWEEN, until: UNTIL, mw: -2 },
  ],
};

export const ScheduleCsv = z.string().openapi({
  description:
    "The line from,until,mw, and then one line for each interval: instants, power in MW. In UTF-8; with other signs than a comma and a decimal point where separator and decimal are given.",
  example: `from,until,mw\n${FROM},${BETWEEN},2\n${BETWEEN},${UNTIL},-2\n`,
});

export const ScheduleQuery = z.strictObject({
  on_shortfall: Policy.optional().openapi({
    description: `For text/csv. ${SCHEDULE_TEXTS.onShortfall}`,
  }),
  request_id: RequestId.optional().openapi({
    description: "For text/csv: the id of the request. The same as the header Idempotency-Key.",
  }),
  ...CSV_SIGNS,
});

/** Parameters of the query string for CSV alone. */
const OF_CSV = ["separator", "decimal"];

/** @property lines The line of each interval in a CSV. */
interface Input extends z.output<typeof ScheduleInput> {
  readonly lines?: readonly number[];
}

export function jsonInput(
  body: Partial<Input>,
  query: z.output<typeof ScheduleQuery>,
): Input | Problem {
  const [field] = Object.keys(query);
  if (field !== undefined) {
    const detail = OF_CSV.includes(field)
      ? "is for text/csv: leave it out for JSON"
      : "belongs into the body, beside intervals";
    return problem("BAD_INPUT", `${field} ${detail}`, { field });
  }
  const { intervals, ...others } = body;
  if (intervals !== undefined) return { intervals, ...others };
  return problem("BAD_INPUT", "intervals is missing: it must be a list", { field: "intervals" });
}

/** The intervals of a CSV; or the problem, with the line of each error. */
export function csvInput(
  bytes: Uint8Array,
  query: z.output<typeof ScheduleQuery>,
): Input | Problem {
  const { separator, decimal, ...others } = query;
  const csv = readSigns(bytes, { separator, decimal });
  if ("code" in csv) return csv;
  const read = readUtf8(csv.body);
  if ("wrong" in read) return problem("BAD_INPUT", `line ${read.line}: ${read.wrong}`);
  const lines = readScheduleCsv(read.text, csv.signs);
  if ("wrong" in lines) return problem("BAD_INPUT", lines.wrong);
  const intervals: Input["intervals"] = [];
  const errors: { field: string; message: string }[] = [];
  for (const [n, { line, mw, ...times }] of lines.entries()) {
    const values = { ...times, mw: typeof mw === "number" ? mw : 0 };
    const read = IntervalInput.safeParse(values);
    const wrong = read.success ? [] : fieldErrors(read.error, values);
    if (typeof mw === "object") wrong.push({ field: "mw", message: mw.wrong });
    if (read.success) intervals.push(read.data);
    for (const { field, message } of wrong)
      errors.push({
        field: `intervals.${n}.${field}`,
        message: `line ${line}: ${field} ${message}`,
      });
  }
  const [first] = errors;
  if (first === undefined) return { intervals, lines: lines.map(({ line }) => line), ...others };
  const detail = errors.map(({ message }) => message).join("; ");
  return problem("BAD_INPUT", detail, { field: first.field, errors });
}
