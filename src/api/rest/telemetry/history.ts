// What an asset reported before: samples, or steps.

import { createRoute, z } from "@hono/zod-openapi";
import { type Snake, snakeCase } from "../../../domain/base/snake-case.ts";
import type { Log } from "../../../domain/ports/log.ts";
import type { HistoryStep, RangeProblem } from "../../../domain/telemetry/history.ts";
import {
  type DurationField,
  isDuration,
  isStat,
  STEP_FIELDS,
  STEP_FIGURES,
  type StatField,
  type SumField,
} from "../../../domain/telemetry/step-figures.ts";
import type { Telemetry } from "../../../domain/telemetry/telemetry.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { READ_BY_QUERY } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { assetProblem } from "../base/not-found.ts";
import { answerRows } from "../base/rows.ts";
import {
  AssetParams,
  BUSY,
  instant,
  MALFORMED,
  NOT_FOUND,
  numberText,
  orNull,
  quantity,
  refuse,
  time,
} from "../base/schemas.ts";
import { TelemetryJson, telemetryJson } from "./telemetry.ts";

/** Samples of a history: where no limit is given, and at most. */
const DEFAULT_COUNT = 100;
const LARGEST_COUNT = 10_000_000;

const StatJson = z
  .object({
    mean: quantity("Mean over the time that samples cover, in the unit of the figure."),
    min: quantity("Lowest sample, in the unit of the figure."),
    max: quantity("Highest sample, in the unit of the figure."),
    last: quantity("Last sample, in the unit of the figure."),
  })
  .openapi("Stat");

/** The figures of a step, each under its name in REST. */
const FIGURE_NAMES = STEP_FIELDS.map((field) => [snakeCase(field), field] as const);
type OrNull<S extends z.ZodType> = ReturnType<typeof orNull<S>>;
type FigureShapes = Record<Snake<StatField>, OrNull<typeof StatJson>> &
  Record<Snake<SumField>, ReturnType<typeof quantity>> &
  Record<Snake<DurationField>, OrNull<z.ZodNumber>>;
type FiguresJson = { [N in keyof FigureShapes]: z.output<FigureShapes[N]> };

const StepJson = z
  .object({
    from: instant("Begin of the step, included."),
    until: instant("End of the step, excluded."),
    sample_count: z.int().openapi({ description: "Samples in the step." }),
    coverage_ratio: quantity("Share of the step that samples cover, 0 to 1."),
    ...(Object.fromEntries(
      FIGURE_NAMES.map(([name, field]) => {
        const { description } = STEP_FIGURES[field];
        if (isStat(field)) return [name, orNull(StatJson, description)];
        return [name, isDuration(field) ? orNull(z.number(), description) : quantity(description)];
      }),
    ) as FigureShapes),
  })
  .openapi("HistoryStep");

const Query = z.strictObject({
  from: time.optional().openapi({ description: "Earliest instant, included." }),
  until: time.optional().openapi({ description: "Latest instant, excluded." }),
  limit: numberText(
    `Samples at most, 1 to ${LARGEST_COUNT}; ${DEFAULT_COUNT} where left out. Many are streamed.`,
    1,
    LARGEST_COUNT,
  ).optional(),
  step_s: numberText(
    "Width of a step in s: steps, oldest first, in place of samples. Needs from and until.",
    1,
    366 * 24 * 3600,
  ).optional(),
  format: z
    .enum(["json", "csv", "ndjson"])
    .default("json")
    .openapi({ description: "An array, CSV with names on top, or one object a line." }),
});

const history = createRoute({
  method: "get",
  path: "/telemetry/{id}/history",
  policy: READ_BY_QUERY,
  summary: `The last ${DEFAULT_COUNT} samples of an asset, a range of them, or steps`,
  request: { params: AssetParams, query: Query },
  responses: {
    200: {
      description:
        "Samples, newest first; or steps, oldest first. A connection that is reset before the end means that the rest could not be read.",
      content: {
        "application/json": { schema: z.union([z.array(TelemetryJson), z.array(StepJson)]) },
        "application/x-ndjson": { schema: z.string() },
        "text/csv": { schema: z.string() },
      },
    },
    400: MALFORMED,
    404: NOT_FOUND,
    503: BUSY,
  },
});

export function historyRoutes(log: Log) {
  const router = createRouter("Telemetry");
  router.openapi(history, async (c) => {
    const { id } = c.req.valid("param");
    const { from, until, limit, step_s, format } = c.req.valid("query");
    const past = clientOf(c).history;
    if (step_s !== undefined) {
      if (from === undefined || until === undefined)
        return refuse(c, needsRange(from === undefined ? "from" : "until"), 400);
      const range = { fromMs: from, untilMs: until, stepS: step_s };
      const steps = await past.steps({ kind: "asset", id }, range);
      if (steps === undefined) return refuse(c, assetProblem(id), 404);
      if ("code" in steps) return refuse(c, rangeProblem(steps as RangeProblem), 400);
      return (await answerRows(c, format, stepPages(steps), log)) as never;
    }
    const pages = past.samplePages(id, {
      limit: limit ?? DEFAULT_COUNT,
      fromMs: from ?? -Infinity,
      untilMs: until ?? Infinity,
    });
    if (pages === undefined) return refuse(c, assetProblem(id), 404);
    if ("code" in pages) return refuse(c, rangeProblem(pages), 400);
    return (await answerRows(c, format, jsonPages(pages), log)) as never;
  });
  return router;
}

const REST_FIELDS = { fromMs: "from", untilMs: "until", stepS: "step_s" } as const;

function rangeProblem({ code, message, field }: RangeProblem): Problem {
  return problem(code, message, { field: REST_FIELDS[field] });
}

function needsRange(field: string): Problem {
  return problem("BAD_INPUT", `${field} is missing: steps need a range with both ends`, { field });
}

function stepJson(step: HistoryStep): z.output<typeof StepJson> {
  return {
    from: new Date(step.fromMs).toISOString(),
    until: new Date(step.untilMs).toISOString(),
    sample_count: step.sampleCount,
    coverage_ratio: step.coverageRatio,
    ...(Object.fromEntries(
      FIGURE_NAMES.map(([name, field]) => [name, step[field]]),
    ) as FiguresJson),
  };
}

/** Steps that are encoded at once: others have their turn after them. */
const PAGE_STEPS = 500;

async function* stepPages(steps: readonly HistoryStep[]) {
  for (let n = 0; n === 0 || n < steps.length; n += PAGE_STEPS) {
    if (n > 0) await new Promise((resolve) => setImmediate(resolve));
    yield steps.slice(n, n + PAGE_STEPS).map(stepJson);
  }
}

async function* jsonPages(pages: AsyncIterable<readonly Telemetry[]>) {
  for await (const page of pages) yield page.map(telemetryJson);
}
