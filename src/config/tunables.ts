// The settings that change while the server runs, each declared once: its shape, unit, scopes, and when a change takes effect.
import type { z } from "zod";
import type { ScopeKind } from "../domain/settings/scope.ts";
import { flag, number, oneOf, whole } from "./setting-shapes.ts";

export interface Tunable<S extends z.ZodType = z.ZodType> {
  /** Reads its value as text, with its default and meaning. */
  readonly shape: S;
  readonly unit: string | null;
  readonly takesEffect: string;
  /** Left out: the platform alone. */
  readonly scopes?: readonly ScopeKind[];
  /** The least that it may be changed to while the server runs, where a start may have less. */
  readonly changeableFrom?: number;
}

const tunable = <S extends z.ZodType>(
  shape: S,
  unit: string | null,
  takesEffect: string,
  scopes: readonly ScopeKind[] = ["platform"],
): Tunable<S> => ({ shape, unit, takesEffect, scopes });

/** Below this the dashboard could not change the limit back. */
const from = <S extends z.ZodType>(changeableFrom: number, of: Tunable<S>): Tunable<S> => ({
  ...of,
  changeableFrom,
});

const AT_ONCE = "at once";
const NEXT_ROUND = "at the next round of maintenance, within a minute";
const NEXT_TICK = "at the next tick";
const NEXT_REQUEST = "at the next request";
const NEXT_QUERY = "at the next query";
const WITHIN_A_SECOND = "within a second";
const days = () => number(0.01, 36_500);

export const LOG = {
  logLevel: tunable(
    oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
      .default("info")
      .describe("least level that is logged"),
    null,
    AT_ONCE,
  ),
} as const;

export const RECENT = {
  recentFrames: tunable(
    whole(2, 1_000_000).default(900).describe("ticks of telemetry in memory for each asset"),
    "ticks",
    `${NEXT_TICK}; where it is more, they fill up from then on`,
  ),
  recentMb: tunable(
    whole(1, 65_536)
      .default(256)
      .describe("most memory for them in MB, which may leave fewer ticks"),
    "MB",
    `${NEXT_TICK}; where it is more, they fill up from then on`,
  ),
} as const;

export const RETENTION = {
  rawRetentionDays: tunable(
    days().default(30).describe("age of the oldest samples that are retained, in days"),
    "days",
    NEXT_ROUND,
  ),
  rawRetentionGb: tunable(
    number(0.01, 1_000_000).default(20).describe("most samples that are retained, in GB"),
    "GB",
    NEXT_ROUND,
  ),
  minuteRetentionDays: tunable(
    days().default(400).describe("age of the oldest minutes that are retained, in days"),
    "days",
    NEXT_ROUND,
  ),
  dispatchRetentionDays: tunable(
    days()
      .default(400)
      .describe(
        "how long dispatches that have ended are retained, with their events and requests, in days",
      ),
    "days",
    NEXT_ROUND,
  ),
  alarmRetentionDays: tunable(
    days().default(400).describe("how long alarms that were cleared are retained, in days"),
    "days",
    NEXT_ROUND,
  ),
} as const;

export const LIMITS = {
  maxSockets: tunable(
    whole(1, 1_000_000)
      .default(10_000)
      .describe("most WebSockets and event streams that are open at once"),
    null,
    "for the next one that connects; those that are open stay",
  ),
  maxSocketOperations: tunable(
    whole(1, 100_000).default(100).describe("most operations that run on one WebSocket at once"),
    null,
    "for the next operation; those that run stay",
  ),
  maxMessageKb: from(
    4,
    tunable(
      whole(1, 65_536)
        .default(512)
        .describe("largest message of a WebSocket and body of a request, in kB of 1,024 bytes"),
      "kB",
      `${NEXT_REQUEST}; for WebSockets that connect from then on`,
    ),
  ),
  maxListIds: tunable(
    whole(1, 1_000_000).default(1000).describe("most ids in one list of a request"),
    null,
    NEXT_REQUEST,
  ),
  maxQueryDepth: from(
    5,
    tunable(
      whole(1, 1000).default(15).describe("how deep the fields of a query may nest"),
      null,
      NEXT_QUERY,
    ),
  ),
  maxQueryAliases: tunable(
    whole(0, 100_000).default(200).describe("most aliases in a query"),
    null,
    NEXT_QUERY,
  ),
  maxQueryTokens: from(
    500,
    tunable(
      whole(1, 1_000_000).default(5000).describe("most words and signs in a query"),
      null,
      NEXT_QUERY,
    ),
  ),
  maxQueryComplexity: from(
    2_000,
    tunable(
      whole(1, 1_000_000_000)
        .default(100_000)
        .describe(
          "most fields that an answer may have, full pages and readings of the store reckoned in",
        ),
      null,
      NEXT_QUERY,
    ),
  ),
  metricsAssets: tunable(
    whole(0, 1000)
      .default(100)
      .describe(
        "most sites, and most assets, that have metrics of their own: where there are more, only the fleet has",
      ),
    null,
    "when metrics are read next",
  ),
  introspection: tunable(
    flag.default(true).describe("whether queries of the schema are answered"),
    null,
    NEXT_QUERY,
  ),
  initTimeoutS: tunable(
    number(0.1, 3600)
      .default(10)
      .describe("time in which a WebSocket must begin with connection_init, in s"),
    "s",
    "for WebSockets that connect from then on",
  ),
  slowClientS: tunable(
    number(1, 3600)
      .default(30)
      .describe("how long a client may read nothing of what is buffered for it, in s"),
    "s",
    "at once for streams that are open, else at the next request",
  ),
} as const;

/** Alarms, and the health. They have no variables. */
export const ALARMS = {
  assetLimitedS: tunable(
    whole(1, 2_678_400)
      .default(3600)
      .describe("for how long every sample must be limited before ASSET_LIMITED is raised, in s"),
    "s",
    `${NEXT_TICK}; samples since the start of the server count`,
    ["platform", "site", "asset"],
  ),
  unskippedS: tunable(
    whole(1, 2_678_400)
      .default(3600)
      .describe("for how long ticks must run without a skip until TICKS_SKIPPED is cleared, in s"),
    "s",
    WITHIN_A_SECOND,
  ),
  staleS: tunable(
    number(1, 86_400)
      .default(15)
      .describe("for how long there must be no frame, at least, before DATA_STALE is raised, in s"),
    "s",
    WITHIN_A_SECOND,
  ),
  staleTicks: tunable(
    whole(1, 1000)
      .default(3)
      .describe("for how many ticks there must be no frame before DATA_STALE is raised"),
    "ticks",
    WITHIN_A_SECOND,
  ),
  eventShownS: tunable(
    whole(1, 2_678_400)
      .default(600)
      .describe("how long the health shows a loss or a skip after the last one, in s"),
    "s",
    "at the next loss or skip",
  ),
  lateTicks: tunable(
    whole(0, 1000)
      .default(2)
      .describe("how many ticks in a row may end late before the health has TICKS_LATE"),
    "ticks",
    WITHIN_A_SECOND,
  ),
} as const;

/** By group, in the order of the page. */
export const TUNABLES = { ...LOG, ...RECENT, ...RETENTION, ...LIMITS, ...ALARMS } as const;

export type TunableName = keyof typeof TUNABLES;

/** The values of the tunables. */
export type TunableValues = {
  readonly [Name in TunableName]: z.output<(typeof TUNABLES)[Name]["shape"]>;
};

type ShapesOf<T extends Readonly<Record<string, { readonly shape: z.ZodType }>>> = {
  readonly [Name in keyof T]: T[Name]["shape"];
};

/** The shapes of a group. */
export function shapesOf<T extends Readonly<Record<string, { readonly shape: z.ZodType }>>>(
  group: T,
): ShapesOf<T> {
  const shapes = Object.entries(group).map(([name, { shape }]) => [name, shape]);
  return Object.fromEntries(shapes) as ShapesOf<T>;
}
