// The schedule of an asset: powers for intervals, as JSON or CSV; a new one takes the place of the one before.
import { createRoute, z } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { type Dispatch, isOpen, OPEN_STATUSES } from "../../domain/dispatch.ts";
import { MOST_INTERVALS } from "../../domain/schedule-decision.ts";
import type { ScheduleResult } from "../../services/dispatch-decisions.ts";
import { isCsv } from "../http/media.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { assetProblem } from "./assets.ts";
import { IdempotencyKey, refusalProblem, refusalStatus, requestIdOf } from "./dispatch-problem.ts";
import { DispatchJson, dispatchJson, RequestId, ShortfallPolicy } from "./dispatch-shapes.ts";
import { createRouter, fieldErrors } from "./router.ts";
import { readScheduleCsv, writeScheduleCsv } from "./schedule-csv.ts";
import {
  answer,
  BY_TOKEN,
  CONFLICT,
  Id,
  IdParams,
  MALFORMED,
  NOT_FOUND,
  NoQuery,
  quantity,
  REFUSED,
  refuse,
  time,
  UNAUTHORIZED,
} from "./schemas.ts";

const Policy = ShortfallPolicy.openapi({
  description:
    "Where energy falls short: refuse the whole schedule, or curtail, to deliver what there is. Left out: refuse.",
});

const IntervalInput = z
  .strictObject({
    from: time.openapi({
      type: "string",
      format: "date-time",
      description: "Every tick that starts from then on is held, within 31 days from now.",
    }),
    until: time.openapi({
      type: "string",
      format: "date-time",
      description: "And before this; later than from.",
    }),
    mw: quantity("Power to hold, in MW, discharge positive."),
  })
  .openapi("IntervalInput");

const ScheduleInput = z
  .strictObject({
    intervals: z.array(IntervalInput).openapi({
      description: `In the order of time, without overlap, ${MOST_INTERVALS} at most. None: no schedule any more.`,
      maxItems: MOST_INTERVALS,
    }),
    on_shortfall: Policy.nullish(),
    request_id: RequestId.nullish(),
  })
  .openapi("ScheduleInput");

const Csv = z.string().openapi({
  description:
    "The line from,until,mw, and then one line for each interval: instants in RFC 3339, power in MW.",
  example: "from,until,mw\n2026-11-20T12:00:00Z,2026-11-20T12:15:00Z,5\n",
});

const Query = z.strictObject({
  on_shortfall: Policy.optional().openapi({
    description: "For text/csv: refuse the whole where energy falls short, or curtail; refuse.",
  }),
  request_id: RequestId.optional().openapi({
    description: "For text/csv: names the request. The same as the header Idempotency-Key.",
  }),
});

const ScheduleJson = z
  .object({
    schedule_id: Id.nullable().openapi({
      description: "What the intervals share; null where there is none.",
    }),
    intervals: z.array(DispatchJson).openapi({ description: "In the order of time." }),
  })
  .openapi("Schedule");

const putSchedule = createRoute({
  method: "put",
  path: "/assets/{id}/schedule",
  summary: "Give an asset a schedule in the place of the one it has: all intervals or none",
  security: BY_TOKEN,
  request: {
    params: IdParams,
    query: Query,
    headers: IdempotencyKey,
    // Required, in one form or the other: said so, it would be wanted as JSON.
    body: {
      content: { "application/json": { schema: ScheduleInput }, "text/csv": { schema: Csv } },
    },
  },
  responses: {
    200: answer("Accepted. Each interval is a dispatch of its own.", ScheduleJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
    404: NOT_FOUND,
    409: CONFLICT,
    422: REFUSED,
  },
});

const getSchedule = createRoute({
  method: "get",
  path: "/assets/{id}/schedule",
  summary:
    "The intervals of an asset's schedule that are not over; as CSV where Accept asks for it",
  request: { params: IdParams, query: NoQuery },
  responses: {
    200: {
      description: "The schedule. Its CSV can be put as it is.",
      content: { "application/json": { schema: ScheduleJson }, "text/csv": { schema: Csv } },
    },
    400: MALFORMED,
    404: NOT_FOUND,
  },
});

export function scheduleRoutes({ dispatch: service, telemetry }: Services) {
  return createRouter()
    .openapi(putSchedule, async (c) => {
      const { id: assetId } = c.req.valid("param");
      const query = c.req.valid("query");
      const body = isCsv(c.req.header("content-type")) ? await c.req.text() : c.req.valid("json");
      const given = typeof body === "string" ? csvInput(body, query) : jsonInput(body, query);
      if ("code" in given) return refuse(c, given, 400);
      const requestId = requestIdOf(given.request_id, c.req.valid("header"));
      if (typeof requestId === "object") return refuse(c, requestId, 400);
      const intervals = given.intervals.map(({ from: fromMs, until: untilMs, mw }) => {
        return { fromMs, untilMs, mw };
      });
      const onShortfall = given.on_shortfall ?? undefined;
      const result = await service.setSchedule({ assetId, intervals, onShortfall, requestId });
      if (result.accepted) return c.json(scheduleJson(result.dispatches), 200);
      const refused = scheduleProblem(result, given.lines);
      return refuse(c, refused, refusalStatus(refused));
    })
    .openapi(getSchedule, async (c) => {
      const { id } = c.req.valid("param");
      const asset = telemetry.latest().table.findAsset(id);
      if (asset === undefined) return refuse(c, assetProblem(id), 404);
      const intervals = await openIntervals(service, asset.id);
      const type = accepts(c, {
        header: "Accept",
        supports: ["application/json", "text/csv"],
        default: "application/json",
      });
      c.header("vary", "Accept", { append: true });
      if (type !== "text/csv") return c.json(scheduleJson(intervals), 200);
      return c.body(writeScheduleCsv(intervals), 200, {
        "content-type": "text/csv; charset=utf-8",
      });
    });
}

/** @property lines Where each interval stands in a text. */
interface Input extends z.output<typeof ScheduleInput> {
  readonly lines?: readonly number[];
}

function jsonInput(body: Partial<Input>, query: z.output<typeof Query>): Input | Problem {
  const [field] = Object.keys(query);
  if (field !== undefined)
    return problem("BAD_INPUT", `${field} belongs into the body, beside intervals`, { field });
  const { intervals, ...others } = body;
  if (intervals !== undefined) return { intervals, ...others };
  return problem("BAD_INPUT", "intervals is missing: it must be an array", { field: "intervals" });
}

/** What is wrong is said with its line. */
function csvInput(text: string, query: z.output<typeof Query>): Input | Problem {
  const lines = readScheduleCsv(text);
  if ("wrong" in lines) return problem("BAD_INPUT", lines.wrong);
  const intervals: Input["intervals"] = [];
  const errors: { field: string; message: string }[] = [];
  for (const [n, { line, ...values }] of lines.entries()) {
    const read = IntervalInput.safeParse(values);
    if (read.success) intervals.push(read.data);
    else
      for (const { field, message } of fieldErrors(read.error))
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

/** Of an interval, the words of a dispatch are said in other fields. */
const INTERVAL_FIELDS: Readonly<Record<string, string>> = {
  startAtMs: "from",
  durationS: "until",
  mw: "mw",
};

function scheduleProblem(
  { refusal, index }: Extract<ScheduleResult, { accepted: false }>,
  lines: readonly number[] | undefined,
): Problem {
  const own = index === null ? undefined : INTERVAL_FIELDS[refusal.field];
  const field = refusal.field === "assetId" ? "id" : own && `intervals.${index}.${own}`;
  const refused = { ...refusalProblem(refusal, field), index };
  const line = lines?.[index ?? -1];
  return line === undefined ? refused : { ...refused, detail: `line ${line}: ${refused.detail}` };
}

function scheduleJson(intervals: readonly Dispatch[]): z.output<typeof ScheduleJson> {
  return {
    schedule_id: intervals[0]?.scheduleId ?? null,
    intervals: intervals.map(dispatchJson),
  };
}

/** Dispatches read at once. */
const PAGE = 500;

async function openIntervals(
  service: Services["dispatch"],
  assetId: string,
): Promise<readonly Dispatch[]> {
  const found: Dispatch[] = [];
  const filter = { assetIds: [assetId], statuses: OPEN_STATUSES, limit: PAGE };
  for (let before: number | undefined; ; ) {
    const page = await service.list({ ...filter, before });
    found.push(...page.map(({ dispatch }) => dispatch));
    before = page.at(-1)?.position;
    if (page.length < PAGE) break;
  }
  const intervals = found.filter((it) => it.scheduleId !== null && isOpen(it));
  return intervals.sort((a, b) => a.startMs - b.startMs);
}
