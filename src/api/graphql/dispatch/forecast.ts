// Forecasts of assets: power and stored energy to come.
import type { ForecastPoint as PointItem } from "../../../domain/dispatch/asset-forecast.ts";
import { builder } from "../base/builder.ts";
import { READING } from "../base/cost.ts";
import { Asset } from "../base/refs.ts";
import { refusal } from "../base/refusal.ts";
import { PowerLimit } from "../telemetry/telemetry.ts";

/** The cost of a forecast, as that of a preview: over many intervals it is much work, done in slices. */
const FORECASTING = 10 * READING;

const ForecastPoint = builder.objectRef<PointItem>("ForecastPoint").implement({
  description:
    "What is foreseen for one instant: by what is in force now, as if no further request came and no lease were renewed.",
  fields: (t) => ({
    timestamp: t.field({
      type: "DateTime",
      description: "The end of a tick. Of the first point: now, the end of the newest one.",
      resolve: ({ timestampMs }) => timestampMs,
    }),
    mw: t.exposeFloat("mw", {
      description:
        "Mean power at the terminal from the previous point up to this one, in MW, discharge positive: times the time between them it is the energy. Of the first point: the power held over the newest tick.",
    }),
    socMwhr: t.exposeFloat("socMwhr", {
      description: "Stored energy at this instant, in MWh.",
    }),
    limitedBy: t.expose("limitedBy", {
      type: PowerLimit,
      nullable: true,
      description:
        "The last limit that changes the power from the previous point up to this one; null where none does.",
    }),
    dispatchId: t.exposeID("dispatchId", {
      nullable: true,
      description:
        "The dispatch that holds the last tick up to this point, or the interval of the schedule; of the first point, the next tick. null: none.",
    }),
  }),
});

builder.objectField(Asset, "forecast", (t) =>
  t.field({
    type: [ForecastPoint],
    description:
      "What is foreseen of its power and stored energy, by its own model, from now on: as its open dispatches and its schedule are, and as if no lease were renewed.",
    complexity: ({ until, stepS }, { services }) => ({
      field: FORECASTING,
      multiplier: services.dispatch.forecastCount({ untilMs: until, stepS: stepS ?? undefined }),
    }),
    args: {
      until: t.arg({
        type: "DateTime",
        required: true,
        description: "The last point is at or before it; after now, at most 31 days ahead.",
      }),
      stepS: t.arg.int({
        description:
          "From one point to the next, in s, rounded up to whole ticks; at most 3,000 points. Left out: the smallest that gives at most 300.",
      }),
    },
    resolve: async ({ id }, { until, stepS }, { services }) => {
      const range = { untilMs: until, stepS: stepS ?? undefined };
      const points = await services.dispatch.forecast(id, range);
      if ("code" in points)
        throw refusal(points.code, points.message, points.field.replace(/Ms$/, ""));
      return points;
    },
  }),
);
