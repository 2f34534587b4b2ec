// The rules on a write as a whole: its unit, since when it was known, when it expires, and its instants.
import { quoted } from "../base/quote.ts";
import type { GivenContent } from "./content-rules.ts";
import type { DataPoint, DataPointSource } from "./data-point.ts";
import type { DataRefusal } from "./refusal.ts";

/** Values of one request, and paths of one, at most. */
export const MOST_VALUES = 1_000_000;
export const MOST_PATHS = 1_000;
/** Writes of one path and source in one request at most, such as those that were known at different instants. */
export const MOST_SERIES_WRITES = 800;

/** The range of instants. */
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

export interface GivenValue {
  readonly atMs: number;
  readonly content: GivenContent;
}

/** A write as it is requested. */
export interface GivenWrite {
  readonly path: string;
  readonly source: DataPointSource;
  readonly values: readonly GivenValue[];
  /** Left out: now. */
  readonly knownMs?: number | undefined;
  /** Left out: never. */
  readonly expiresAtMs?: number | undefined;
  /** Left out: that of the data point. */
  readonly unit?: string | undefined;
}

/** Why a write is refused, whatever its values are. @param mayBackfill Whether it may have been known in the past. */
export function refuseWrite(
  write: GivenWrite,
  { unit }: DataPoint,
  nowMs: number,
  mayBackfill: boolean,
): DataRefusal | undefined {
  const { path, source, knownMs = nowMs, expiresAtMs } = write;
  if (write.unit !== undefined && write.unit !== unit)
    return {
      code: "UNIT_WRONG",
      message: `unit must be ${unit === null ? "left out: the data point has none" : quoted(unit)}, not ${quoted(write.unit)}: nothing is converted`,
      ...{ path, field: "unit" },
    };
  if (knownMs > nowMs)
    return wrongKnown(path, `must not be in the future, and is ${shown(knownMs)}`);
  if (knownMs < nowMs && !mayBackfill)
    return {
      code: "FORBIDDEN",
      message:
        "known in the past needs the role admin for the path: leave it out, and the value is known from now on",
      ...{ path, column: "known" },
    };
  if (knownMs < FIRST_MS) return wrongKnown(path, "lies before the year 1");
  if (expiresAtMs === undefined) return undefined;
  if (source !== "override") return wrongExpiry(path, "is for overrides alone: leave it out");
  if (expiresAtMs <= nowMs || expiresAtMs > LAST_MS)
    return wrongExpiry(path, `must be in the future, and is ${shown(expiresAtMs)}`);
  return undefined;
}

/** Why an instant is refused: it was there before. */
export function instantTwice(path: string, atMs: number): DataRefusal {
  return {
    code: "INSTANT_TWICE",
    message: `the instant ${shown(atMs)} is in the request twice: send one value of a path and source for each`,
    ...{ path, column: "timestamp" },
  };
}

export function isInstant(atMs: number): boolean {
  return Number.isInteger(atMs) && atMs >= FIRST_MS && atMs <= LAST_MS;
}

function wrongKnown(path: string, message: string): DataRefusal {
  return { code: "KNOWN_OUT_OF_RANGE", message: `known ${message}`, path, column: "known" };
}

function wrongExpiry(path: string, message: string): DataRefusal {
  const field = "expiresAt";
  return {
    code: "EXPIRY_OUT_OF_RANGE",
    message: (spelling) => `${spelling.field(field)} ${message}`,
    ...{ path, field },
  };
}

function shown(atMs: number): string {
  return isInstant(atMs) ? new Date(atMs).toISOString() : String(atMs);
}
