// The port of a store of data points.
import type { AuditRecord } from "../audit/record.ts";
import type { RecordedChanges } from "../data-point/change.ts";
import type { DataPoint, DataPointMode, DataPointType } from "../data-point/data-point.ts";
import type { AsOf, PointVersion, PointWrite, ReadValue } from "../data-point/write.ts";

export interface CatalogueFilter {
  /** Paths that begin with one of these, segment by segment; undefined: all. */
  readonly prefixes?: readonly string[] | undefined;
  readonly type?: DataPointType | undefined;
  /** A text that the path, the description or the unit contains, in either case. */
  readonly search?: string | undefined;
  /** Only paths after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface PointRange {
  readonly path: string;
  readonly mode: DataPointMode;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly asOf: AsOf;
  /** Now, by which overrides expire where `asOf` does not say. */
  readonly nowMs: number;
}

/** A request with an id of its client, as text: equal requests have equal texts. */
export interface NamedWrite {
  readonly id: string;
  readonly text: string;
}

/** A store of data points. Every implementation passes test/contracts/data-point-store. */
export interface DataPointStore {
  /** Entries in the order of their paths. */
  catalogue(filter: CatalogueFilter): Promise<readonly DataPoint[]>;
  /** The entries of these paths that there are. */
  find(paths: readonly string[]): Promise<ReadonlyMap<string, DataPoint>>;
  /** Adds entries, or replaces those of the same paths. */
  describe(points: readonly DataPoint[], audit: readonly AuditRecord[]): Promise<void>;
  /**
   * Stores writes: all or none. Resolves once they are as durable as the store, with when they were recorded.
   *
   * @param nowMs    The least instant of `recordedMs`.
   * @param named    Where it was stored before with the same text, nothing is stored, and the first answer given.
   * @throws Fault STORE_UNAVAILABLE
   */
  insert(
    writes: readonly PointWrite[],
    nowMs: number,
    named: NamedWrite | undefined,
    audit: readonly AuditRecord[],
  ): Promise<InsertOutcome>;
  /** Values in the order of their instants, in pages, in bounded memory. */
  read(range: PointRange): AsyncIterable<readonly ReadValue[]>;
  /** The newest value of each path that has one. */
  latest(
    paths: readonly string[],
    mode: DataPointMode,
    asOf: AsOf,
    nowMs: number,
  ): Promise<ReadonlyMap<string, ReadValue>>;
  /** All versions of the instants of a range, by instant, those that were known last first; in pages. */
  versions(range: Omit<PointRange, "mode" | "asOf">): AsyncIterable<readonly PointVersion[]>;
  /**
   * What the next requests changed that were recorded after an instant, oldest first.
   *
   * @param limit Changes at most, or those of one request.
   * @returns undefined where some are no longer known, or nothing was recorded at the instant or later.
   */
  changesAfter(recordedMs: number, limit: number): Promise<readonly RecordedChanges[] | undefined>;
  /** When was recorded last; undefined: nothing was. */
  lastRecordedMs(): Promise<number | undefined>;
}

export type InsertOutcome =
  /** @property previousMs What was recorded before it; -Infinity: nothing was. */
  | { readonly kind: "stored"; readonly recordedMs: number; readonly previousMs: number }
  | { readonly kind: "repeated"; readonly recordedMs: number }
  /** Another request had this id. */
  | { readonly kind: "reused" };
