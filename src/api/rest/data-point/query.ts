// The routes that query values of data points, as JSON, lines of JSON, CSV or Arrow.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AGGREGATES, type Aggregate } from "../../../domain/data-point/aggregate.ts";
import type { DataRefusal } from "../../../domain/data-point/refusal.ts";
import type { Log } from "../../../domain/ports/log.ts";
import type { ClientSelection } from "../../../services/clients/client-data-points.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import { chosenMedia, varyByAccept } from "../../transport/accept.ts";
import { problemResponse } from "../../transport/problem.ts";
import { JSON_BODY, READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { CSV_SIGNS, signsOf } from "../base/csv-signs.ts";
import { answerBytes, answerRows, type RowFormat } from "../base/rows.ts";
import { BUSY, jsonBody, MALFORMED, NOT_ACCEPTABLE, refused, time } from "../base/schemas.ts";
import { ARROW, arrowBytes } from "./arrow-output.ts";
import { type Rows, valueRows, versionRows } from "./row-pages.ts";
import {
  ArrowBody,
  DATA_EXAMPLE,
  DataPath,
  DataRowJson,
  dataProblem,
  STEP_COLUMNS,
  VALUE_COLUMNS,
} from "./shapes.ts";

/** Paths that one query names at most. */
const MOST_IDS = 1_000;

const prefix = z.string().optional().openapi({
  description:
    "Instead of ids: all data points with this path, and below it. Without both: all that may be read.",
});
const aggregate = z
  .enum(Object.keys(AGGREGATES) as Aggregate[])
  .optional()
  .openapi({
    description: `What a step has of its values; mean where left out. ${Object.entries(AGGREGATES)
      .map(([name, meaning]) => `${name}: ${meaning}`)
      .join(" ")}`,
  });
const RANGE = {
  from: time.optional().openapi({
    description: "Earliest instant, included. Without from and until: the newest value of each.",
  }),
  until: time.optional().openapi({ description: "Latest instant, excluded." }),
  mode: z.enum(["merged", "original", "override"]).default("merged").openapi({
    description:
      "merged: at each instant the override in force, else the original. Or those of one source alone.",
  }),
  known_at: time.optional().openapi({
    description: "Only what the world could know at this instant; left out: all.",
  }),
  recorded_at: time.optional().openapi({
    description: "Only what was stored up to this instant; left out: all.",
  }),
  step: z.string().optional().openapi({
    description:
      "Steps of this width, ISO 8601: P1D, P1W, P1M, P1Y, or a time that divides a day, like PT15M. A step without a value has no row. Of numbers alone.",
  }),
  aggregate,
  time_zone: z.string().optional().openapi({
    description: "The zone of steps, a name of IANA; left out: that of the data point.",
  }),
};
const VERSIONS = "Whether all versions are answered, also withdrawn ones, newest known first.";

const Query = z.strictObject({
  id: z
    .union([DataPath, z.array(DataPath)])
    .transform((given) => (typeof given === "string" ? [given] : given))
    .optional()
    .openapi({ type: "array", items: { type: "string" }, description: "Paths; may be repeated." }),
  prefix,
  ...RANGE,
  versions: z
    .enum(["true", "false"])
    .optional()
    .transform((text) => text === "true")
    .openapi({ description: VERSIONS }),
  ...CSV_SIGNS,
});

const QueryInput = z
  .strictObject({
    ids: z
      .array(DataPath)
      .optional()
      .openapi({ maxItems: MOST_IDS, description: "Paths of data points." }),
    prefix,
    ...RANGE,
    versions: z.boolean().optional().openapi({ description: VERSIONS }),
  })
  .openapi("DataQuery");

const responses = {
  200: {
    description:
      "The rows, in the order of paths and instants, in the form that Accept prefers. A connection that is reset before the end means that the rest could not be read.",
    content: {
      "application/json": { schema: z.array(DataRowJson) },
      "application/x-ndjson": { schema: z.string() },
      "text/csv": { schema: z.string() },
      [ARROW]: { schema: ArrowBody },
    },
  },
  400: MALFORMED,
  404: refused("No data point has one of these paths."),
  406: NOT_ACCEPTABLE,
  503: BUSY,
} as const;

const getQuery = createRoute({
  method: "get",
  path: "/query_data",
  policy: READ_BY_QUERY,
  summary: "Values of data points: a range, steps, versions, or the newest",
  request: { query: Query },
  responses,
});

const postQuery = createRoute({
  method: "post",
  path: "/query_data",
  policy: { ...READ_BY_QUERY, body: JSON_BODY },
  summary: "The same, for many paths",
  request: {
    query: z.strictObject(CSV_SIGNS),
    body: jsonBody(QueryInput, {
      prefix: "Market",
      from: DATA_EXAMPLE.from,
      until: "2027-01-01T00:00:00Z",
    }),
  },
  responses,
});

interface DataQuery extends z.output<typeof QueryInput> {}

export function queryRoutes(log: Log) {
  async function answer(
    c: Context,
    query: DataQuery,
    signs: z.output<z.ZodObject<typeof CSV_SIGNS>>,
  ) {
    const type = chosenMedia(c, MEDIA_TYPES);
    if (typeof type === "object") return problemResponse(type);
    const form = signsOf(signs);
    if ("code" in form) return problemResponse(form);
    const found = await rowsOf(clientOf(c), query);
    if ("code" in found) return problemResponse(dataProblem(found));
    varyByAccept(c);
    const { columns, pages, tables } = found;
    const format = FORMATS[type];
    if (format !== "arrow") return answerRows(c, format, pages(format), log, { ...form, columns });
    const { dataPoints } = clientOf(c);
    const areNumbers = await dataPoints.areNumbers(selectionOf(query));
    const bytes = arrowBytes(columns, ...tables(areNumbers));
    return answerBytes(c, ARROW, bytes, log);
  }

  return createRouter("Data")
    .openapi(getQuery, async (c) => {
      const { id: ids, separator, decimal, ...query } = c.req.valid("query");
      return (await answer(c, { ids, ...query }, { separator, decimal })) as never;
    })
    .openapi(postQuery, async (c) => {
      const signs = c.req.valid("query");
      return (await answer(c, c.req.valid("json"), signs)) as never;
    });
}

const FORMATS = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "text/csv": "csv",
  [ARROW]: "arrow",
} as const satisfies Readonly<Record<string, RowFormat | "arrow">>;

const MEDIA_TYPES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

/** The rows of a query; or why it is refused. */
async function rowsOf(
  { dataPoints, workTurns: turns }: Pick<ClientServices, "dataPoints" | "workTurns">,
  query: DataQuery,
): Promise<Rows | DataRefusal> {
  const refused = refuseQuery(query);
  if (refused !== undefined) return refused;
  const { from: fromMs, until: untilMs, mode, step, aggregate, versions } = query;
  const of = selectionOf(query);
  const asOf = { knownMs: query.known_at, recordedMs: query.recorded_at };
  if (fromMs === undefined || untilMs === undefined) {
    const latest = await dataPoints.retrieveLatest(of, mode, asOf);
    return "code" in latest ? latest : valueRows(VALUE_COLUMNS, latest, turns);
  }
  if (versions === true) {
    const found = await dataPoints.retrieveHistory(of, { fromMs, untilMs });
    return "code" in found ? found : versionRows(found, turns);
  }
  const range = { fromMs, untilMs, mode, asOf, step, aggregate, timeZone: query.time_zone };
  const found = await dataPoints.retrieve(of, range);
  return "code" in found
    ? found
    : valueRows(step === undefined ? VALUE_COLUMNS : STEP_COLUMNS, found, turns);
}

function selectionOf({ ids, prefix }: DataQuery): ClientSelection {
  return ids === undefined ? { prefix } : { paths: ids };
}

function refuseQuery({
  ids,
  prefix,
  from,
  until,
  step,
  aggregate,
  time_zone,
  versions,
  ...as
}: DataQuery) {
  const wrong = (field: string, message: string): DataRefusal => ({
    code: "BAD_INPUT",
    message: `${field} ${message}`,
    field,
  });
  if (ids !== undefined && prefix !== undefined)
    return wrong("prefix", "and ids: give one of them");
  if (ids?.length === 0) return wrong("ids", "is empty: leave it out for all");
  if ((ids?.length ?? 0) > MOST_IDS)
    return { ...wrong("ids", `may have ${MOST_IDS} paths`), code: "TOO_MANY_VALUES" } as const;
  if ((from === undefined) !== (until === undefined))
    return wrong(from === undefined ? "from" : "until", "is missing: give both, or none");
  if (from === undefined && (step !== undefined || versions === true))
    return wrong("from", "and until are missing: steps and versions are of a range");
  if (step === undefined && (aggregate !== undefined || time_zone !== undefined))
    return wrong("step", "is missing: aggregate and time_zone are of steps");
  const isOfVersions = as.mode !== "merged" || as.known_at !== undefined || step !== undefined;
  if (versions === true && (isOfVersions || as.recorded_at !== undefined))
    return wrong("versions", "has all versions: leave mode, known_at, recorded_at and step out");
  return undefined;
}
