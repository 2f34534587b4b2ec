// The routes of telemetry.
import { createRoute, z } from "@hono/zod-openapi";
import { type Snake, snakeCase } from "../../../domain/base/snake-case.ts";
import { availabilityOfSample } from "../../../domain/telemetry/availability.ts";
import { FIELDS, SAMPLE_FIELDS, type SampleField } from "../../../domain/telemetry/columns.ts";
import type { Telemetry } from "../../../domain/telemetry/telemetry.ts";
import { READ, READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { EXAMPLE } from "../base/examples.ts";
import { assetProblem, retiredProblem, siteProblem } from "../base/not-found.ts";
import {
  AssetParams,
  answer,
  idOf,
  instant,
  MALFORMED,
  NOT_FOUND,
  quantity,
  refuse,
} from "../base/schemas.ts";

/** Figures under their names in REST. */
const figures = <F extends SampleField>(fields: readonly F[]) =>
  Object.fromEntries(
    fields.map((field) => [snakeCase(field), quantity(FIELDS[field].description)]),
  ) as Record<Snake<F>, ReturnType<typeof quantity>>;

export const TelemetryJson = z
  .object({
    asset_id: idOf("UUID of the asset."),
    site_id: idOf("UUID of its site.", EXAMPLE.siteId),
    site_name: z.string().openapi({ description: "Name of its site." }),
    timestamp: instant("End of the tick that the sample reports, UTC."),
    ...figures(SAMPLE_FIELDS),
    status: z.enum(["charging", "discharging", "idle"]).openapi({
      description:
        "idle where power is within 0.1 MW of 0; where the larger of both limits is below 1 MW, within 1 % of that.",
    }),
    limited_by: z.enum(["ramp", "power", "energy", "site"]).nullable().openapi({
      description: "The last limit that changed the power; null where nothing bound.",
    }),
    available_min_mw: quantity(
      "Highest charge power that energy and rating leave throughout the next tick, in MW, negative or 0.",
    ),
    available_max_mw: quantity(
      "Highest discharge power that energy and rating leave throughout the next tick, in MW, 0 or more.",
    ),
    charge_duration_s: quantity(
      "How long available_min_mw would last, in s; null: for ever, being 0.",
    ).nullable(),
    discharge_duration_s: quantity(
      "How long available_max_mw would last, in s; null: for ever, being 0.",
    ).nullable(),
  })
  .openapi("Telemetry");

const latest = createRoute({
  method: "get",
  path: "/telemetry/{id}",
  policy: READ,
  summary: "The last sample of an asset",
  request: { params: AssetParams },
  responses: { 200: answer("The sample.", TelemetryJson), 400: MALFORMED, 404: NOT_FOUND },
});

const all = createRoute({
  method: "get",
  path: "/telemetry",
  policy: READ_BY_QUERY,
  summary: "The last sample of every asset, or of every asset of a site",
  request: {
    query: z.strictObject({
      site_id: idOf("Only the assets of this site.", EXAMPLE.siteId).optional(),
    }),
  },
  responses: {
    200: answer("In the order of their ids.", z.array(TelemetryJson)),
    400: MALFORMED,
    404: NOT_FOUND,
  },
});

export function telemetryRoutes() {
  return createRouter("Telemetry")
    .openapi(latest, (c) => {
      const { id } = c.req.valid("param");
      const { telemetry } = clientOf(c);
      const sample = telemetry.of(id);
      if (sample) return c.json(telemetryJson(sample), 200);
      const asset = telemetry.table().findAsset(id);
      return refuse(c, asset ? retiredProblem(asset) : assetProblem(id), 404);
    })
    .openapi(all, (c) => {
      const { site_id } = c.req.valid("query");
      const samples = clientOf(c).telemetry.all(site_id);
      return samples
        ? c.json(samples.map(telemetryJson), 200)
        : refuse(c, siteProblem(site_id), 404);
    });
}

/** A sample in the form of REST. */
export function telemetryJson(sample: Telemetry): z.output<typeof TelemetryJson> {
  const { asset, site } = sample;
  const available = availabilityOfSample(sample);
  return {
    asset_id: asset.id,
    site_id: site.id,
    site_name: site.name,
    timestamp: new Date(sample.timestampMs).toISOString(),
    soc_mwhr: sample.socMwhr,
    soc_pct: sample.socPct,
    capacity_mwhr: sample.capacityMwhr,
    current_mw: sample.currentMw,
    setpoint_mw: sample.setpointMw,
    max_mw: sample.maxMw,
    min_mw: sample.minMw,
    status: sample.status,
    limited_by: sample.limitedBy,
    energy_in_mwhr: sample.energyInMwhr,
    energy_out_mwhr: sample.energyOutMwhr,
    available_min_mw: available.minMw,
    available_max_mw: available.maxMw,
    charge_duration_s: available.chargeDurationS,
    discharge_duration_s: available.dischargeDurationS,
  };
}
