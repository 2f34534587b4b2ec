// The values of a data point: its newest, those of a range, their steps, and their versions.
import {
  AGGREGATES,
  type AnsweredValue,
  type Aggregate as Name,
} from "../../../domain/data-point/aggregate.ts";
import { CAMEL, type DataRefusal, wordsOf } from "../../../domain/data-point/refusal.ts";
import type { PointVersion } from "../../../domain/data-point/write.ts";
import type { Pages } from "../../../services/data-point/reads.ts";
import { builder, type GraphContext } from "../base/builder.ts";
import { connectionOf, type PageArgs } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readCursor, readFirst, readNumberCursor, writeCursor } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";
import { DataPoint, DataPointMode, readMode } from "./data-point.ts";
import { DataPointValue, DataPointVersion } from "./value-types.ts";

const DEFAULT_VALUES = 500;

const Aggregate = builder.enumType("Aggregate", {
  description: "What a step has of its values.",
  values: Object.fromEntries(
    Object.entries(AGGREGATES).map(([value, description]) => [
      value.toUpperCase(),
      { value, description },
    ]),
  ) as Record<Uppercase<Name>, { value: Name; description: string }>,
});

const ValueConnection = connectionOf<AnsweredValue>("DataPointValue", DataPointValue);
const VersionConnection = connectionOf<PointVersion>("DataPointVersion", DataPointVersion);
const [VALUE, VERSION] = ["data point value", "data point version"];

const readArgs = builder.args((t) => ({
  mode: t.field({ type: DataPointMode, defaultValue: "merged", description: "Which values." }),
  knownAt: t.field({
    type: "DateTime",
    description: "Only what the world could know at this instant; left out: all.",
  }),
  recordedAt: t.field({
    type: "DateTime",
    description: "Only what was stored up to this instant; left out: all.",
  }),
}));

const rangeArgs = builder.args((t) => ({
  from: t.field({ type: "DateTime", required: true, description: "Earliest instant, included." }),
  until: t.field({ type: "DateTime", required: true, description: "Latest instant, excluded." }),
}));

const firstArgs = builder.args((t) => ({
  first: t.int({ description: "How many at most, 0 to 500; left out: 500." }),
  after: t.string({ description: "Cursor of the item that precedes the page." }),
}));

builder.objectFields(DataPoint, (t) => ({
  latest: t.field({
    type: DataPointValue,
    nullable: true,
    description: "Its newest value; null where there is none.",
    complexity: READING,
    args: readArgs,
    resolve: async ({ path }, { mode, knownAt, recordedAt }, { services, inTurn }) => {
      const of = { paths: [path] };
      const asOf = { knownMs: knownAt ?? undefined, recordedMs: recordedAt ?? undefined };
      const [latest] = await inTurn(async () =>
        firstOf(await services.dataPoints.retrieveLatest(of, readMode(mode), asOf), 1),
      );
      return latest ?? null;
    },
  }),
  values: t.field({
    type: ValueConnection,
    description: "Its values in a range, or their steps, in the order of instants.",
    complexity: pageCost(DEFAULT_VALUES, READING),
    args: {
      ...rangeArgs,
      ...readArgs,
      step: t.arg({
        type: "Duration",
        description:
          "Steps of this width: P1D, P1W, P1M, P1Y, or a time that divides a day, like PT15M. A step without a value is left out. Of numbers alone.",
      }),
      aggregate: t.arg({
        type: Aggregate,
        defaultValue: "mean",
        description: "What a step has of its values.",
      }),
      timeZone: t.arg.string({
        description: "The zone of steps, a name of IANA; left out: that of the data point.",
      }),
      ...firstArgs,
    },
    resolve: async ({ path }, { first, after, ...args }, { services, inTurn }) => {
      const count = readFirst(first, DEFAULT_VALUES);
      const isOfSteps = (args.aggregate ?? "mean") !== "mean" || args.timeZone != null;
      if (args.step == null && isOfSteps)
        throw refusal("BAD_INPUT", "step is missing: aggregate and timeZone are of steps", "step");
      const request = {
        fromMs: args.from,
        untilMs: args.until,
        mode: readMode(args.mode),
        asOf: { knownMs: args.knownAt ?? undefined, recordedMs: args.recordedAt ?? undefined },
        step: args.step ?? undefined,
        aggregate: args.aggregate ?? undefined,
        timeZone: args.timeZone ?? undefined,
      };
      const afterMs = after == null ? undefined : readNumberCursor(after, VALUE);
      const listed = await inTurn(async () =>
        firstOf(
          await services.dataPoints.retrieve({ paths: [path] }, { ...request, afterMs }),
          count + 1,
        ),
      );
      return pageOf(listed, count, after, ({ atMs }) => writeCursor(VALUE, String(atMs)));
    },
  }),
  versions: t.field({
    type: VersionConnection,
    description:
      "All versions of its values in a range, by instant, those that were known last first.",
    complexity: pageCost(DEFAULT_VALUES, READING),
    args: { ...rangeArgs, ...firstArgs },
    resolve: ({ path }, args, context) => versionsOf(path, args, context),
  }),
}));

async function versionsOf(
  path: string,
  { from, until, first, after }: PageArgs & { readonly from: number; readonly until: number },
  { services, inTurn }: GraphContext,
) {
  const count = readFirst(first, DEFAULT_VALUES);
  const cursor = after == null ? undefined : readCursor(after, VERSION);
  const fromMs = cursor === undefined ? from : Number(cursor.split("_", 1)[0]);
  if (!Number.isSafeInteger(fromMs) || fromMs < from)
    throw refusal("BAD_CURSOR", "after must be the cursor of an earlier page", "after");
  const isLast = cursor === undefined ? undefined : (it: PointVersion) => keyOf(it) === cursor;
  const listed = await inTurn(async () => {
    const range = { fromMs, untilMs: until };
    const pages = await services.dataPoints.retrieveHistory({ paths: [path] }, range);
    return firstOf(pages, count + 1, isLast);
  });
  return pageOf(listed, count, after, (it) => writeCursor(VERSION, keyOf(it)));
}

function keyOf({ atMs, recordedMs, source }: PointVersion): string {
  return `${atMs}_${recordedMs}_${source}`;
}

/** The first values of a series. @param isLastOfPage Whether a value is the last of the page before. */
async function firstOf<V>(
  pages: Pages<V> | DataRefusal,
  count: number,
  isLastOfPage?: (value: V) => boolean,
): Promise<readonly V[]> {
  if ("code" in pages) {
    const { message, field } = wordsOf(pages, CAMEL);
    throw refusal(pages.code, message, field);
  }
  const found: V[] = [];
  let isBefore = isLastOfPage !== undefined;
  for await (const { values } of pages)
    for (const value of values) {
      if (!isBefore) found.push(value);
      if (isBefore && isLastOfPage?.(value)) isBefore = false;
      if (found.length >= count) return found;
    }
  return found;
}

function pageOf<V>(
  listed: readonly V[],
  count: number,
  after: string | null | undefined,
  cursorOf: (value: V) => string,
) {
  return {
    edges: listed.slice(0, count).map((node) => ({ cursor: cursorOf(node), node })),
    hasNextPage: listed.length > count,
    hasPreviousPage: after != null,
  };
}
