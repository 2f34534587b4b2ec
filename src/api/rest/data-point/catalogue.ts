// The routes of the catalogue of data points: listed, and described.
import { createRoute, z } from "@hono/zod-openapi";
import { PAGE_LARGEST } from "../../../domain/base/page.ts";
import type { Log } from "../../../domain/ports/log.ts";
import type { ClientFilter } from "../../../services/clients/client-data-points.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import { problemResponse } from "../../transport/problem.ts";
import { CHANGE, JSON_LIST, READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { camelKeys } from "../base/case.ts";
import { answerRows } from "../base/rows.ts";
import {
  answer,
  FORBIDDEN,
  jsonBody,
  MALFORMED,
  numberText,
  refused,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import {
  DATA_EXAMPLE,
  DataPath,
  DataPointInput,
  DataPointJson,
  dataPointJson,
  dataProblem,
  TypeJson,
} from "./shapes.ts";

const DEFAULT_COUNT = 50;

const Query = z.strictObject({
  prefix: z.string().optional().openapi({ description: "Only this path, and those below it." }),
  type: TypeJson.optional(),
  search: z.string().optional().openapi({
    description: "Only those whose path, description or unit has this text, in either case.",
  }),
  limit: numberText(
    `How many a page has at most; ${DEFAULT_COUNT} where left out. CSV and lines have all.`,
    1,
    PAGE_LARGEST,
  ).optional(),
  after: DataPath.optional().openapi({ description: "Only paths after this one." }),
  is_read_only: z.enum(["true", "false"]).optional().openapi({
    description: "true: only those that are answered from the fleet. false: only the others.",
  }),
  format: z.enum(["json", "csv", "ndjson"]).default("json").openapi({
    description: "A page, CSV with names on top, or one object a line. The last two are streamed.",
  }),
});

const listPoints = createRoute({
  method: "get",
  path: "/data_points",
  policy: READ_BY_QUERY,
  summary: "The catalogue: data points by their paths",
  request: { query: Query },
  responses: {
    200: {
      description: "In the order of paths.",
      content: {
        "application/json": {
          schema: z.object({
            data_points: z.array(DataPointJson).openapi({ description: "In the order of paths." }),
            next: z
              .string()
              .nullable()
              .openapi({ description: "As after, the next page begins; null on the last." }),
          }),
        },
        "application/x-ndjson": { schema: z.string() },
        "text/csv": { schema: z.string() },
      },
    },
    400: MALFORMED,
  },
});

const describePoints = createRoute({
  method: "post",
  path: "/describe_data",
  policy: { ...CHANGE, body: JSON_LIST },
  summary: "Add data points to the catalogue, or describe them anew: all or none",
  request: {
    body: jsonBody(
      z.array(DataPointInput).openapi({ maxItems: 1_000, description: "Each path once." }),
      [{ id: DATA_EXAMPLE.path, type: "time_series_double", unit: "EUR/MWh", resolution: "PT15M" }],
    ),
  },
  responses: {
    200: answer("Described.", z.array(DataPointJson)),
    400: MALFORMED,
    401: UNAUTHORIZED,
    403: FORBIDDEN,
    422: refused("A field breaks a rule; the problem has its row. Nothing was changed."),
  },
});

export function catalogueRoutes(log: Log) {
  return createRouter("Data")
    .openapi(listPoints, async (c) => {
      const { format, limit = DEFAULT_COUNT, is_read_only, ...others } = c.req.valid("query");
      const isReadOnly = is_read_only === undefined ? undefined : is_read_only === "true";
      const filter = { ...others, isReadOnly };
      const { dataPoints } = clientOf(c);
      if (format !== "json")
        return (await answerRows(c, format, pagesOf(dataPoints, filter), log)) as never;
      const listed = await dataPoints.retrieveCatalog({ ...filter, limit: limit + 1 });
      const page = listed.slice(0, limit);
      const next = listed.length > limit ? (page.at(-1)?.path ?? null) : null;
      return c.json({ data_points: page.map(dataPointJson), next }, 200);
    })
    .openapi(describePoints, async (c) => {
      const given = c.req.valid("json").map(({ id: path, is_read_only: _, ...others }) => ({
        path,
        ...camelKeys(others),
      }));
      const described = await clientOf(c).dataPoints.describe(given);
      if (described.accepted) return c.json(described.points.map(dataPointJson), 200);
      const { refusal } = described;
      const row = refusal.write === undefined ? undefined : refusal.write + 1;
      return problemResponse(dataProblem(refusal, row)) as never;
    });
}

async function* pagesOf(
  dataPoints: ClientServices["dataPoints"],
  filter: Omit<ClientFilter, "limit">,
) {
  let { after } = filter;
  for (let isFirst = true; ; isFirst = false) {
    const page = await dataPoints.retrieveCatalog({ ...filter, after, limit: PAGE_LARGEST });
    if (page.length > 0 || isFirst) yield page.map(dataPointJson);
    if (page.length < PAGE_LARGEST) return;
    after = page.at(-1)?.path;
  }
}
