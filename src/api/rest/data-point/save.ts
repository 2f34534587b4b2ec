// The routes that write values of data points, and withdraw them.
import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { InsertResult } from "../../../services/data-point/data-points.ts";
import { isMedia } from "../../transport/media.ts";
import { bytesOf } from "../../transport/middleware.ts";
import { type Problem, problem, problemResponse } from "../../transport/problem.ts";
import { CHANGE, JSON_BODY, type RoutePolicy } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { CSV_SIGNS, readSigns, signsOf } from "../base/csv-signs.ts";
import {
  answer,
  CONFLICT,
  FORBIDDEN,
  instant,
  instantText,
  jsonBody,
  MALFORMED,
  refused,
  time,
  UNAUTHORIZED,
} from "../base/schemas.ts";
import { readArrowRows } from "./arrow-input.ts";
import { ARROW } from "./arrow-output.ts";
import { readCsvRows } from "./csv-input.ts";
import { createRowInput, type RowInput, readJsonRows } from "./row-input.ts";
import { ArrowBody, DATA_EXAMPLE, DataPath, dataProblem, SourceJson } from "./shapes.ts";

/** Bodies of data, in messages of MAX_MESSAGE_KB: 32 MB where that is left as it is. */
const DATA_MESSAGES = 64;
/** A body of JSON becomes many objects: larger ones are sent as CSV or Arrow. */
const JSON_MESSAGES = 2;

const RequestId = z
  .string()
  .regex(/^[\x20-\x7e]{1,200}$/, { error: "must be 1 to 200 printable ASCII characters" })
  .openapi({
    description:
      "The id of the request: a repeated one gets the first answer, and nothing is stored again.",
  });

const SaveQuery = z.strictObject({
  source: SourceJson.default("original"),
  known: time.optional().openapi({
    description:
      "Since when the world could know the rows that have no known; left out: now. In the past for admins alone.",
  }),
  expires_at: time.optional().openapi({
    description:
      "From when on the overrides are not in force; left out: never. Refused where a row is an original.",
  }),
  unit: z.string().optional().openapi({
    description: "The unit of the values: refused where it is not that of the data point.",
  }),
  request_id: RequestId.optional(),
  ...CSV_SIGNS,
});

const COLUMNS_TEXT =
  "id, timestamp and value are needed. source, known: left out, as the query string says. author: is of the answer alone, and left aside: it is who sends the request.";

type Contents = NonNullable<NonNullable<RouteConfig["request"]>["body"]>["content"];

/** It documents alone: a schema of zod would have a body parsed at once. */
const RowsInput: Exclude<NonNullable<Contents[string]>, { $ref: string }>["schema"] = {
  type: "array",
  description: `One item for each value. ${COLUMNS_TEXT}`,
  items: {
    type: "object",
    required: ["id", "timestamp", "value"],
    properties: {
      id: { type: "string", description: "The path." },
      timestamp: {
        type: ["string", "integer"],
        format: "date-time",
        description: "The instant that the value is of.",
      },
      value: {
        type: ["number", "object", "array", "string", "boolean"],
        description: "A number in the unit of the data point, a matrix, or a document.",
      },
      source: {
        type: "string",
        enum: ["original", "override"],
        description: "original: a system wrote it. override: a person, over it.",
      },
      known: {
        type: ["string", "integer"],
        format: "date-time",
        description: "Since when the world could know it. In the past for admins alone.",
      },
      author: { type: "string", description: "Left aside: it is who sends the request." },
    },
  },
};

const SavedJson = z
  .object({
    recorded_at: instant("When it was stored, UTC: rising from request to request."),
    value_count: z.int().openapi({ description: "How many values were stored." }),
  })
  .openapi("DataSaved");

const SAVE: RoutePolicy = {
  ...CHANGE,
  body: {
    ...{ types: ["application/json", "text/csv", ARROW], messages: DATA_MESSAGES },
    ...{ jsonMessages: JSON_MESSAGES, gzip: true },
  },
  query: "read",
};

const CHANGE_RESPONSES = {
  400: MALFORMED,
  401: UNAUTHORIZED,
  403: FORBIDDEN,
  404: refused("No data point has one of these paths."),
  409: CONFLICT,
  413: refused("The body is too large."),
  422: refused("A value breaks a rule; the problem has its row and column. Nothing was stored."),
} as const;

const saveData = createRoute({
  method: "post",
  path: "/save_data",
  policy: SAVE,
  summary: "Write values beside those before them: all rows or none",
  request: {
    query: SaveQuery,
    body: {
      content: {
        "application/json": {
          schema: RowsInput,
          example: [{ id: DATA_EXAMPLE.path, timestamp: DATA_EXAMPLE.from, value: 41.5 }],
        },
        "text/csv": {
          schema: z.string().openapi({
            description: `The names of the columns, then one line for each value. ${COLUMNS_TEXT}`,
            example: `id,timestamp,value\n${DATA_EXAMPLE.path},${DATA_EXAMPLE.from},41.5\n`,
          }),
        },
        [ARROW]: { schema: ArrowBody },
      },
    },
  },
  responses: { 200: answer("Stored.", SavedJson), ...CHANGE_RESPONSES },
});

const WithdrawInput = z
  .strictObject({
    id: DataPath,
    source: SourceJson,
    from: time.openapi({ description: "Earliest instant, included." }),
    until: time.openapi({ description: "Latest instant, excluded." }),
    request_id: RequestId.nullish(),
  })
  .openapi("DataWithdrawal");

const withdrawData = createRoute({
  method: "post",
  path: "/withdraw_data",
  policy: { ...CHANGE, body: JSON_BODY },
  summary: "Take away the values of a source in a range that were written up to now",
  request: {
    body: jsonBody(WithdrawInput, {
      ...{ id: DATA_EXAMPLE.path, source: "override" },
      ...{ from: DATA_EXAMPLE.from, until: "2026-12-02T00:00:00Z" },
    }),
  },
  responses: { 200: answer("Withdrawn.", SavedJson), ...CHANGE_RESPONSES },
});

export function saveRoutes() {
  return createRouter("Data")
    .openapi(saveData, async (c) => {
      const query = c.req.valid("query");
      const requestId = requestIdOf(c, query.request_id);
      if (typeof requestId === "object") return problemResponse(requestId) as never;
      const input = createRowInput({
        ...{ source: query.source, unit: query.unit },
        ...{ knownMs: query.known, expiresAtMs: query.expires_at },
      });
      const refused = await readRows(c, query, input);
      if (refused !== undefined) return problemResponse(refused) as never;
      const { dataPoints } = clientOf(c);
      const saved = await dataPoints.insert({ writes: input.writes(), requestId });
      if (!saved.accepted) return problemResponse(input.problemOf(saved.refusal)) as never;
      return c.json(savedJson(saved), 200);
    })
    .openapi(withdrawData, async (c) => {
      const { id: path, source, from: fromMs, until: untilMs, request_id } = c.req.valid("json");
      const requestId = requestIdOf(c, request_id ?? undefined);
      if (typeof requestId === "object") return problemResponse(requestId) as never;
      const request = { path, source, fromMs, untilMs, requestId };
      const withdrawn = await clientOf(c).dataPoints.withdraw(request);
      if (!withdrawn.accepted) return problemResponse(dataProblem(withdrawn.refusal)) as never;
      return c.json(savedJson(withdrawn), 200);
    });
}

function savedJson({ recordedMs, valueCount }: Extract<InsertResult, { accepted: true }>) {
  return { recorded_at: instantText(recordedMs), value_count: valueCount };
}

/** Reads the rows of a body of whatever format. Returns why it is refused. */
async function readRows(
  c: Context,
  query: z.output<typeof SaveQuery>,
  input: RowInput,
): Promise<Problem | undefined> {
  const type = c.req.header("content-type");
  const turns = clientOf(c).workTurns;
  if (isMedia(type, "text/csv")) {
    const csv = readSigns(bytesOf(c), query);
    return "code" in csv ? csv : readCsvRows(csv.body, csv.signs, input, turns);
  }
  const signs = signsOf(query);
  if ("code" in signs) return signs;
  if (isMedia(type, ARROW)) return readArrowRows(bytesOf(c), input, turns);
  return readJsonRows(bytesOf(c), input, turns);
}

/** The id of a request, from its header or as it is given; or why it is refused. */
function requestIdOf(c: Context, given: string | undefined): string | undefined | Problem {
  const key = c.req.header("idempotency-key");
  if (key === undefined || key === given) return given;
  const field = "request_id";
  if (given !== undefined)
    return problem("BAD_INPUT", "request_id and the header Idempotency-Key differ", { field });
  const read = RequestId.safeParse(key);
  if (read.success) return key;
  return problem("BAD_INPUT", "idempotency-key must be 1 to 200 printable ASCII characters");
}
