// The field for history in steps.
import type { Scope, HistoryStep as StepItem } from "../../../domain/telemetry/history.ts";
import {
  isDuration,
  isStat,
  STEP_FIELDS,
  STEP_FIGURES,
  type Stat as StatItem,
} from "../../../domain/telemetry/step-figures.ts";
import { builder, type GraphContext } from "../base/builder.ts";
import { connectionOf, type Page, type PageArgs } from "../base/connection.ts";
import { pageCost, READING, ROWS_PER_FIELD } from "../base/cost.ts";
import { readFirst, readNumberCursor, writeCursor } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";

const DEFAULT_STEPS = 500;

const Stat = builder.objectRef<StatItem>("Stat").implement({
  description: "A figure over a step, in the unit of its field.",
  fields: (t) => ({
    mean: t.exposeFloat("mean", { description: "Time-weighted mean." }),
    min: t.exposeFloat("min", { description: "Least value." }),
    max: t.exposeFloat("max", { description: "Greatest value." }),
    last: t.exposeFloat("last", { description: "Value at the end of the step." }),
  }),
});

const HistoryStep = builder.objectRef<StepItem>("HistoryStep").implement({
  description: "The telemetry of one step of time, [from, until).",
  fields: (t) => ({
    from: t.field({
      type: "DateTime",
      description: "Begin of the step, included.",
      resolve: ({ fromMs }) => fromMs,
    }),
    until: t.field({
      type: "DateTime",
      description: "End of the step, excluded.",
      resolve: ({ untilMs }) => untilMs,
    }),
    sampleCount: t.exposeInt("sampleCount", { description: "How many ticks were reported." }),
    coverageRatio: t.exposeFloat("coverageRatio", {
      description: "Share of the step that samples cover, 0 to 1.",
    }),
    ...Object.fromEntries(
      STEP_FIELDS.map((field) => {
        const { description } = STEP_FIGURES[field];
        if (isStat(field))
          return [field, t.expose(field, { type: Stat, nullable: true, description })];
        return isDuration(field)
          ? [field, t.exposeFloat(field, { nullable: true, description })]
          : [field, t.exposeFloat(field, { description })];
      }),
    ),
  }),
});

export const HistoryConnection = connectionOf<StepItem>("History", HistoryStep);

/** The cost of a history: that of its page, and that of the samples or minutes that it reads. */
export function historyCost(
  { from, until, stepS, first }: Omit<HistoryArgs, "after">,
  { services: { history } }: GraphContext,
) {
  const page = pageCost(DEFAULT_STEPS)({ first });
  const rows = history.rowsOf({ fromMs: from, untilMs: until, stepS }, page.multiplier + 1);
  return { ...page, field: READING + Math.ceil(rows / ROWS_PER_FIELD) };
}

/** The arguments of a history in steps. */
export const historyArgs = builder.args((t) => ({
  from: t.field({ type: "DateTime", required: true, description: "Earliest instant, included." }),
  until: t.field({ type: "DateTime", required: true, description: "Latest instant, excluded." }),
  stepS: t.int({ required: true, description: "Width of a step in s." }),
  first: t.int({ description: "How many at most, 0 to 500; left out: 500." }),
  after: t.string({ description: "Cursor of the item that precedes the page." }),
}));

interface HistoryArgs extends PageArgs {
  readonly from: number;
  readonly until: number;
  readonly stepS: number;
}

/** A page of a history, oldest step first. */
export async function historyOf(
  { services: { history }, inTurn }: GraphContext,
  scope: Scope,
  { from, until, stepS, first, after }: HistoryArgs,
): Promise<Page<StepItem>> {
  const count = readFirst(first, DEFAULT_STEPS);
  const range = { fromMs: from, untilMs: until, stepS };
  const nextMs = after == null ? from : readNumberCursor(after, "step") + stepS * 1000;
  const page = { most: count + 1, nextMs };
  const steps = await inTurn(() => history.steps(scope, range, page));
  if (steps === undefined) throw refusal("ASSET_UNKNOWN", "it is not in the fleet any more");
  if ("code" in steps) {
    if (!("field" in steps)) throw refusal(steps.code, steps.message);
    const argument = steps.field.replace(/Ms$/, "");
    throw refusal(steps.code, `${argument}: ${steps.message}`, argument);
  }
  return {
    edges: steps
      .slice(0, count)
      .map((node) => ({ cursor: writeCursor("step", String(node.fromMs)), node })),
    hasNextPage: steps.length > count,
    hasPreviousPage: after != null,
  };
}
