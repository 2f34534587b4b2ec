// The routes of forecasts of assets and sites.

import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ForecastPoint } from "../../../domain/dispatch/asset-forecast.ts";
import {
  DEFAULT_POINTS,
  FORECAST_HORIZON_S,
  type ForecastRefusal,
  MOST_POINTS,
} from "../../../domain/dispatch/forecast-range.ts";
import type { Log } from "../../../domain/ports/log.ts";
import type { ForecastAnswer } from "../../../services/dispatch/forecast.ts";
import { MOST_SUPPOSED } from "../../../services/dispatch/supposed-dispatches.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { JSON_LIST, READ, READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { EXAMPLE } from "../base/examples.ts";
import { answerRows, type RowFormat } from "../base/rows.ts";
import {
  AssetParams,
  answer,
  FORBIDDEN,
  instant,
  instantText,
  jsonBody,
  MALFORMED,
  NOT_FOUND,
  numberText,
  quantity,
  REFUSED,
  refuse,
  SiteParams,
  time,
} from "../base/schemas.ts";
import { DISPATCH_EXAMPLE, requestOf } from "./dispatch.ts";
import { refusalProblem } from "./problem.ts";
import { DispatchInput } from "./shapes.ts";

const PointJson = z
  .object({
    timestamp: instant("The end of a tick, UTC. Of the first point: now, the end of the newest."),
    mw: quantity(
      "Mean power at the terminal from the previous point up to this one, in MW, discharge positive: times the time between them, it is the energy. Of the first point: the power held over the newest tick.",
    ),
    soc_mwhr: quantity("Stored energy at this instant, in MWh."),
    limited_by: z.enum(["ramp", "power", "energy", "site"]).nullable().openapi({
      description:
        "The last limit that changes the power from the previous point up to this one; null where none does. Of a site: site where its limits cut an asset, else null.",
    }),
    dispatch_id: z.string().nullable().openapi({
      description:
        "UUID of the dispatch, or of the interval of the schedule, that holds the last tick up to this point; of the first point, the tick to come. with:0, with:1, …: that of this place in with. null: none, and of a site.",
    }),
  })
  .openapi("ForecastPoint");

const UNTIL = "The last point is at or before it. After now, at most 31 days ahead.";
const STEP = `From one point to the next, in s, rounded up to whole ticks; at most ${MOST_POINTS} points. Left out: the smallest that gives at most ${DEFAULT_POINTS}.`;

const Query = z.strictObject({
  until: time.openapi({ description: UNTIL, example: EXAMPLE.hours[1] }),
  step_s: numberText(STEP, 1, FORECAST_HORIZON_S).optional(),
  format: z
    .enum(["json", "csv", "ndjson"])
    .default("json")
    .openapi({ description: "An array, CSV with names on top, or one object a line." }),
});

const ForecastInput = z
  .strictObject({
    until: time.openapi({ description: UNTIL }),
    step_s: z.int().nullish().openapi({ description: STEP }),
    with: z.array(DispatchInput).nullish().openapi({
      maxItems: MOST_SUPPOSED,
      description:
        "Dispatches of this asset: the forecast is as if they were sent now, in this order, and accepted. The first that would be refused is the answer. A request_id has no meaning here.",
    }),
  })
  .openapi("ForecastInput");

const POINTS = "The points, the first one now.";

const responses = {
  200: {
    description: POINTS,
    content: {
      "application/json": { schema: z.array(PointJson) },
      "application/x-ndjson": { schema: z.string() },
      "text/csv": { schema: z.string() },
    },
  },
  400: MALFORMED,
  403: FORBIDDEN,
  404: NOT_FOUND,
  422: REFUSED,
} as const;

const getAsset = createRoute({
  method: "get",
  path: "/assets/{id}/forecast",
  policy: READ_BY_QUERY,
  summary: "Power and stored energy of an asset to come, by what is in force",
  request: { params: AssetParams, query: Query },
  responses,
});

const postAsset = createRoute({
  method: "post",
  path: "/assets/{id}/forecast",
  policy: { ...READ, body: JSON_LIST },
  summary: "The same as if some dispatches were accepted; changes nothing",
  request: {
    params: AssetParams,
    body: jsonBody(ForecastInput, {
      until: EXAMPLE.hours[1],
      step_s: 300,
      with: [DISPATCH_EXAMPLE],
    }),
  },
  responses: {
    200: answer(POINTS, z.array(PointJson)),
    400: MALFORMED,
    403: FORBIDDEN,
    404: NOT_FOUND,
    422: REFUSED,
  },
});

const getSite = createRoute({
  method: "get",
  path: "/sites/{id}/forecast",
  policy: READ_BY_QUERY,
  summary: "Power and stored energy of the assets of a site together to come",
  request: { params: SiteParams, query: Query },
  responses,
});

export function forecastRoutes(log: Log) {
  async function answerPoints(c: Context, format: RowFormat, found: ForecastAnswer) {
    if ("code" in found) {
      const refused = forecastProblem(found);
      const { status } = refused;
      return refuse(c, refused, FAILED.has(status) ? (status as 400 | 403 | 404) : 422);
    }
    return (await answerRows(c, format, pagesOf(found), log)) as never;
  }

  return createRouter("Forecasts")
    .openapi(getAsset, async (c) => {
      const { until: untilMs, step_s: stepS, format } = c.req.valid("query");
      const { id } = c.req.valid("param");
      return answerPoints(c, format, await clientOf(c).dispatch.forecast(id, { untilMs, stepS }));
    })
    .openapi(postAsset, async (c) => {
      const { until: untilMs, step_s, with: supposed } = c.req.valid("json");
      const range = { untilMs, stepS: step_s ?? undefined };
      const requests = supposed?.map((body) => requestOf(body, undefined));
      const { id } = c.req.valid("param");
      const found = await clientOf(c).dispatch.forecast(id, range, requests);
      return answerPoints(c, "json", found);
    })
    .openapi(getSite, async (c) => {
      const { until: untilMs, step_s: stepS, format } = c.req.valid("query");
      const { id } = c.req.valid("param");
      const found = await clientOf(c).dispatch.siteForecast(id, { untilMs, stepS });
      return answerPoints(c, format, found);
    });
}

/** Statuses of refusals other than 422. */
const FAILED: ReadonlySet<number> = new Set([400, 403, 404]);

const FIELDS = { id: "id", untilMs: "until", stepS: "step_s", with: "with" } as const;

function forecastProblem({ code, message, field, dispatch }: ForecastRefusal): Problem {
  if (dispatch === undefined) return problem(code, message, { field: FIELDS[field] });
  const place = `with.${dispatch.index}`;
  const detail = `${place}: ${message}`;
  if (dispatch.refusal === undefined) return problem(code, detail, { field: `${place}.asset_id` });
  const refused = refusalProblem(dispatch.refusal);
  return { ...refused, detail, field: `${place}.${refused.field}` };
}

/** Points that are encoded at once: others have their turn after them. */
const PAGE_POINTS = 500;

async function* pagesOf(points: readonly ForecastPoint[]) {
  for (let n = 0; n < points.length; n += PAGE_POINTS) {
    if (n > 0) await new Promise((resolve) => setImmediate(resolve));
    yield points.slice(n, n + PAGE_POINTS).map(pointJson);
  }
}

function pointJson(point: ForecastPoint): z.output<typeof PointJson> {
  return {
    timestamp: instantText(point.timestampMs),
    mw: point.mw,
    soc_mwhr: point.socMwhr,
    limited_by: point.limitedBy,
    dispatch_id: point.dispatchId,
  };
}
