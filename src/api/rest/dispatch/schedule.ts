// The routes of the schedule of an asset, as JSON or CSV.

import { createRoute, z } from "@hono/zod-openapi";
import type { Dispatch } from "../../../domain/dispatch/dispatch.ts";
import { SCHEDULE_TEXTS } from "../../../domain/dispatch/fields.ts";
import { isOpen, OPEN_STATUSES } from "../../../domain/dispatch/status.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import type { ScheduleResult } from "../../../services/dispatch/requests.ts";
import { chosenMedia, varyByAccept } from "../../transport/accept.ts";
import { isMedia } from "../../transport/media.ts";
import type { Problem } from "../../transport/problem.ts";
import { CHANGE, JSON_LIST, READ, type RoutePolicy } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { assetProblem } from "../base/not-found.ts";
import {
  AssetParams,
  answer,
  CONFLICT,
  FORBIDDEN,
  Id,
  MALFORMED,
  NOT_ACCEPTABLE,
  NOT_FOUND,
  REFUSED,
  refusalStatus,
  refuse,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import { IDEMPOTENCY_KEY, KEY_HEADER, refusalProblem, requestIdOf } from "./problem.ts";
import { writeScheduleCsv } from "./schedule-csv.ts";
import {
  csvInput,
  jsonInput,
  SCHEDULE_EXAMPLE,
  ScheduleCsv,
  ScheduleInput,
  ScheduleQuery,
} from "./schedule-input.ts";
import { DispatchJson, dispatchJson, LARGE_ANSWER } from "./shapes.ts";

const ScheduleJson = z
  .object({
    schedule_id: Id.nullable().openapi({
      description: SCHEDULE_TEXTS.scheduleId,
    }),
    intervals: z.array(DispatchJson).openapi({ description: "In the order of time." }),
  })
  .openapi("Schedule");

const ScheduleAcceptedJson = ScheduleJson.extend({
  past_count: z
    .int()
    .optional()
    .openapi({
      description: `${SCHEDULE_TEXTS.pastCount}; absent where none was.`,
    }),
}).openapi("ScheduleAccepted");

const SCHEDULE_CHANGE: RoutePolicy = {
  ...CHANGE,
  body: { ...JSON_LIST, types: ["application/json", "text/csv"] },
  query: "read",
};

const putSchedule = createRoute({
  method: "put",
  path: "/assets/{id}/schedule",
  policy: SCHEDULE_CHANGE,
  summary: "Replace the schedule of an asset: all intervals or none",
  request: {
    params: AssetParams,
    query: ScheduleQuery,
    // Required in one of both forms: marked as required, the library would demand JSON.
    body: {
      content: {
        "application/json": { schema: ScheduleInput, example: SCHEDULE_EXAMPLE },
        "text/csv": { schema: ScheduleCsv },
      },
    },
  },
  parameters: [IDEMPOTENCY_KEY],
  responses: {
    200: answer("Accepted. Each interval is a dispatch of its own.", ScheduleAcceptedJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
    403: FORBIDDEN,
    404: NOT_FOUND,
    409: CONFLICT,
    422: REFUSED,
  },
});

const getSchedule = createRoute({
  method: "get",
  path: "/assets/{id}/schedule",
  policy: READ,
  summary: "The open intervals of an asset's schedule; as CSV where Accept prefers it",
  request: { params: AssetParams },
  responses: {
    200: {
      description: "The schedule. Its CSV can be put as it is.",
      content: {
        "application/json": { schema: ScheduleJson },
        "text/csv": { schema: ScheduleCsv },
      },
    },
    400: MALFORMED,
    404: NOT_FOUND,
    406: NOT_ACCEPTABLE,
  },
});

export function scheduleRoutes() {
  return createRouter("Schedules")
    .openapi(putSchedule, async (c) => {
      const { id: assetId } = c.req.valid("param");
      const query = c.req.valid("query");
      const given = isMedia(c.req.header("content-type"), "text/csv")
        ? csvInput(new Uint8Array(await c.req.arrayBuffer()), query)
        : jsonInput(c.req.valid("json") as z.output<typeof ScheduleInput>, query);
      if ("code" in given) return refuse(c, given, 400);
      const requestId = requestIdOf(c.req.header(KEY_HEADER), given.request_id);
      if (typeof requestId === "object") return refuse(c, requestId, 400);
      const intervals = given.intervals.map(({ from: fromMs, until: untilMs, mw }) => {
        return { fromMs, untilMs, mw };
      });
      const onShortfall = given.on_shortfall ?? undefined;
      const { dispatch: service, workTurns } = clientOf(c);
      const result = await service.setSchedule({ assetId, intervals, onShortfall, requestId });
      if (intervals.length > LARGE_ANSWER) await workTurns.next("answer");
      if (result.accepted) return c.json(acceptedJson(result), 200);
      const refused = scheduleProblem(result, given.lines);
      return refuse(c, refused, refusalStatus(refused));
    })
    .openapi(getSchedule, async (c) => {
      const type = chosenMedia(c, ["application/json", "text/csv"]);
      if (typeof type === "object") return refuse(c, type, 406);
      const { id } = c.req.valid("param");
      const { telemetry, dispatch: service } = clientOf(c);
      const asset = telemetry.table().findAsset(id);
      if (asset === undefined) return refuse(c, assetProblem(id), 404);
      const intervals = await openIntervals(service, asset.id);
      varyByAccept(c);
      if (type !== "text/csv") return c.json(scheduleJson(intervals), 200);
      return c.body(writeScheduleCsv(intervals), 200, {
        "content-type": "text/csv; charset=utf-8",
      });
    });
}

/** Fields of an interval by the field of a dispatch. */
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

function acceptedJson({ dispatches, pastCount }: Extract<ScheduleResult, { accepted: true }>) {
  return { ...scheduleJson(dispatches), ...(pastCount > 0 && { past_count: pastCount }) };
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
  service: ClientServices["dispatch"],
  assetId: string,
): Promise<readonly Dispatch[]> {
  const found: Dispatch[] = [];
  const filter = { assetIds: [assetId], statuses: OPEN_STATUSES, limit: PAGE };
  for (let before: number | undefined; ; ) {
    const page = await service.list({ ...filter, before });
    found.push(...page.map(({ dispatch }) => dispatch));
    before = page.at(-1)?.cursor;
    if (page.length < PAGE) break;
  }
  const intervals = found.filter((it) => it.scheduleId !== null && isOpen(it));
  return intervals.sort((a, b) => a.startMs - b.startMs);
}
