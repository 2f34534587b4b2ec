// Writes of values: nothing is changed in place, a write is beside those before it.
import type { Content, DataPointSource } from "./data-point.ts";

export interface PointValue {
  /** The instant that it is of, in ms since the epoch. Of a document: since when it holds. */
  readonly atMs: number;
  readonly content: Content;
}

/** One write of one path and source. */
export interface PointWrite {
  readonly path: string;
  readonly source: DataPointSource;
  /** In the order of their instants, each once. Empty: it is a withdrawal. */
  readonly values: readonly PointValue[];
  /** Hides all older values of the source in `[fromMs, untilMs)`; null: it is none. */
  readonly withdrawn: { readonly fromMs: number; readonly untilMs: number } | null;
  /** Since when the world could know it, in ms since the epoch. */
  readonly knownMs: number;
  /** Of an override: from when on it is not in force any more; null: never. */
  readonly expiresAtMs: number | null;
  /** The id of the principal. */
  readonly author: string;
}

/** A value as it is read. */
export interface ReadValue extends PointValue {
  readonly source: DataPointSource;
  readonly knownMs: number;
  /** When it was stored, in ms since the epoch: strictly rising in the order in which writes become visible. */
  readonly recordedMs: number;
  readonly author: string;
  /** How long it holds from its instant on, in ms, where that is known of it by itself. Left out: by the resolution. */
  readonly lengthMs?: number;
  /** The values that it is the mean of. Left out: it is one value. */
  readonly summary?: ValueSummary;
}

export interface ValueSummary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** One version of a value: also of one that was withdrawn, or written over. */
export interface PointVersion extends Omit<ReadValue, "content"> {
  /** null: it is a withdrawal. */
  readonly content: Content | null;
  readonly expiresAtMs: number | null;
  readonly requestId: string | null;
}

/** What a read sees: only what the world could know at an instant, and what was recorded up to one. */
export interface AsOf {
  /** Left out: all. Also decides which overrides have expired. */
  readonly knownMs?: number | undefined;
  readonly recordedMs?: number | undefined;
}
