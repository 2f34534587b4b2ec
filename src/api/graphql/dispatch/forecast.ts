// Forecasts of assets and sites: power and stored energy to come.
import type { ForecastPoint as PointItem } from "../../../domain/dispatch/asset-forecast.ts";
import type { ForecastRange } from "../../../domain/dispatch/forecast-range.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import type { ForecastAnswer } from "../../../services/dispatch/forecast.ts";
import { builder } from "../base/builder.ts";
import { READING } from "../base/cost.ts";
import { Asset, Site } from "../base/refs.ts";
import { refusal } from "../base/refusal.ts";
import { PowerLimit } from "../telemetry/telemetry.ts";
import { DispatchInput, readRequest } from "./inputs.ts";

/** The cost of a forecast, and of each dispatch in it, as of a preview: over many intervals it is much work, in slices. */
const FORECASTING = 10 * READING;
/** The same of a site, whose assets are foreseen together. */
const SITE_FORECASTING = 5 * FORECASTING;

const ForecastPoint = builder.objectRef<PointItem>("ForecastPoint").implement({
  description:
    "What is foreseen for one instant, of an asset or of the assets of a site together: by what is in force now, as if no further request came and no lease were renewed.",
  fields: (t) => ({
    timestamp: t.field({
      type: "DateTime",
      description: "The end of a tick. Of the first point: now, the end of the newest one.",
      resolve: ({ timestampMs }) => timestampMs,
    }),
    mw: t.exposeFloat("mw", {
      description:
        "Mean power at the terminal from the previous point up to this one, in MW, discharge positive: times the time between them, it is the energy. Of the first point: the power held over the newest tick.",
    }),
    socMwhr: t.exposeFloat("socMwhr", {
      description: "Stored energy at this instant, in MWh.",
    }),
    limitedBy: t.expose("limitedBy", {
      type: PowerLimit,
      nullable: true,
      description:
        "The last limit that changes the power from the previous point up to this one; null where none does. Of a site: SITE where its limits cut an asset, else null.",
    }),
    dispatchId: t.exposeID("dispatchId", {
      nullable: true,
      description:
        "UUID of the dispatch, or of the interval of the schedule, that holds the last tick up to this point; of the first point, the tick to come. `with:0`, `with:1`, …: that of this place in `with`. null: none, and of a site.",
    }),
  }),
});

const forecastArgs = builder.args((t) => ({
  until: t.field({
    type: "DateTime",
    required: true,
    description: "The last point is at or before it. After now, at most 31 days ahead.",
  }),
  stepS: t.int({
    description:
      "From one point to the next, in s, rounded up to whole ticks; at most 3,000 points. Left out: the smallest that gives at most 300.",
  }),
}));

interface ForecastArgs {
  readonly until: number;
  readonly stepS?: number | null | undefined;
}

const rangeOf = ({ until, stepS }: ForecastArgs): ForecastRange => ({
  untilMs: until,
  stepS: stepS ?? undefined,
});

/** The points of an answer; a refusal is thrown. */
function pointsOf(answer: ForecastAnswer): readonly PointItem[] {
  if (!("code" in answer)) return answer;
  const { code, message, field, dispatch } = answer;
  if (dispatch === undefined) throw refusal(code, message, field.replace(/Ms$/, ""));
  const place = `with[${dispatch.index}]`;
  throw refusal(code, `${place}: ${message}`, `${place}.${dispatch.field.replace(/Ms$/, "")}`);
}

/** Points whose fields are resolved at once: others have their turn after them. */
const POINTS_AT_ONCE = 500;

/** The same points, of which some hundred are there at once, and the others in later turns. */
function inTurns(points: readonly PointItem[], { workTurns }: ClientServices) {
  const items: (PointItem | Promise<PointItem>)[] = points.slice(0, POINTS_AT_ONCE);
  for (let from = POINTS_AT_ONCE; from < points.length; from += POINTS_AT_ONCE) {
    const turn = workTurns.next("answer");
    for (const point of points.slice(from, from + POINTS_AT_ONCE))
      items.push(turn.then(() => point));
  }
  return items;
}

builder.objectField(Asset, "forecast", (t) =>
  t.field({
    type: [ForecastPoint],
    description:
      "What is foreseen of its power and stored energy from now on, by its own model and the limits of its site: along its open dispatches and its schedule, as if no lease were renewed.",
    complexity: ({ with: supposed, ...range }, { services }) => ({
      field: FORECASTING * (1 + (supposed?.length ?? 0)),
      multiplier: services.dispatch.forecastCount(rangeOf(range)),
    }),
    args: {
      ...forecastArgs,
      with: t.arg({
        type: [DispatchInput],
        description:
          "Dispatches of this asset, up to 100: the forecast is as if they were sent now, in this order, and accepted. One that would be refused is an error with the code of its refusal. A requestId has no meaning here.",
      }),
    },
    resolve: async ({ id }, { with: supposed, ...range }, { services }) => {
      const requests = supposed?.map((input, n) => readRequest(input, `with[${n}]`));
      const answer = await services.dispatch.forecast(id, rangeOf(range), requests);
      return inTurns(pointsOf(answer), services);
    },
  }),
);

builder.objectField(Site, "forecast", (t) =>
  t.field({
    type: [ForecastPoint],
    description:
      "What is foreseen of its assets together from now on: the sums of their powers, as its limits leave them, and of their stored energies.",
    complexity: (range, { services }) => ({
      field: SITE_FORECASTING,
      multiplier: services.dispatch.forecastCount(rangeOf(range)),
    }),
    args: forecastArgs,
    resolve: async ({ id }, range, { services }) =>
      inTurns(pointsOf(await services.dispatch.siteForecast(id, rangeOf(range))), services),
  }),
);
