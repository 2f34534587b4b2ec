// A schedule as REST takes it: JSON, or CSV with a query.
import { z } from "@hono/zod-openapi";
import { MOST_INTERVALS } from "../../domain/schedule-decision.ts";
import { type Problem, problem } from "../problem.ts";
import { RequestId, ShortfallPolicy } from "./dispatch-shapes.ts";
import { fieldErrors } from "./router.ts";
import { readScheduleCsv } from "./schedule-csv.ts";
import { quantity, time } from "./schemas.ts";

const Policy = ShortfallPolicy.openapi({
  description:
    "Where energy falls short: refuse the whole schedule, or curtail, to deliver what there is. Left out: refuse.",
});

const IntervalInput = z
  .strictObject({
    from: time.openapi({
      description: "Every tick that starts from then on is held, within 31 days from now.",
    }),
    until: time.openapi({
      description: "And before this; later than from.",
    }),
    mw: quantity("Power to hold, in MW, discharge positive."),
  })
  .openapi("IntervalInput");

export const ScheduleInput = z
  .strictObject({
    intervals: z.array(IntervalInput).openapi({
      description: `In the order of time, without overlap, ${MOST_INTERVALS} at most. None: no schedule any more.`,
      maxItems: MOST_INTERVALS,
    }),
    on_shortfall: Policy.nullish(),
    request_id: RequestId.nullish(),
  })
  .openapi("ScheduleInput");

export const ScheduleCsv = z.string().openapi({
  description:
    "The line from,until,mw, and then one line for each interval: instants in RFC 3339, power in MW.",
  example: "from,until,mw\n2026-11-20T12:00:00Z,2026-11-20T12:15:00Z,5\n",
});

export const ScheduleQuery = z.strictObject({
  on_shortfall: Policy.optional().openapi({
    description: "For text/csv: refuse the whole where energy falls short, or curtail; refuse.",
  }),
  request_id: RequestId.optional().openapi({
    description: "For text/csv: names the request. The same as the header Idempotency-Key.",
  }),
});

/** @property lines Where each interval stands in a text. */
interface Input extends z.output<typeof ScheduleInput> {
  readonly lines?: readonly number[];
}

export function jsonInput(
  body: Partial<Input>,
  query: z.output<typeof ScheduleQuery>,
): Input | Problem {
  const [field] = Object.keys(query);
  if (field !== undefined)
    return problem("BAD_INPUT", `${field} belongs into the body, beside intervals`, { field });
  const { intervals, ...others } = body;
  if (intervals !== undefined) return { intervals, ...others };
  return problem("BAD_INPUT", "intervals is missing: it must be an array", { field: "intervals" });
}

/** What is wrong is said with its line. */
export function csvInput(text: string, query: z.output<typeof ScheduleQuery>): Input | Problem {
  const lines = readScheduleCsv(text);
  if ("wrong" in lines) return problem("BAD_INPUT", lines.wrong);
  const intervals: Input["intervals"] = [];
  const errors: { field: string; message: string }[] = [];
  for (const [n, { line, ...values }] of lines.entries()) {
    const read = IntervalInput.safeParse(values);
    if (read.success) intervals.push(read.data);
    else
      for (const { field, message } of fieldErrors(read.error, values))
        errors.push({
          field: `intervals.${n}.${field}`,
          message: `line ${line}: ${field} ${message}`,
        });
  }
  const [first] = errors;
  if (first === undefined) return { intervals, lines: lines.map(({ line }) => line), ...query };
  const detail = errors.map(({ message }) => message).join("; ");
  return problem("BAD_INPUT", detail, { field: first.field, errors });
}
