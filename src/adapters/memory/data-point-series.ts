// The writes of one path and source in memory, by days: the newest that a read sees holds at each instant.
import { isInForce, isSeen } from "../../domain/data-point/version-order.ts";
import type {
  AsOf,
  PointValue,
  PointVersion,
  PointWrite,
  ReadValue,
} from "../../domain/data-point/write.ts";
import { placeOf } from "./data-point-windows.ts";

const DAY_MS = 86_400_000;

/** What one write wrote in one day. */
export interface DayWrite {
  readonly dayMs: number;
  readonly write: PointWrite;
  /** In the order of their instants. */
  readonly values: readonly PointValue[];
  /** The numbers that it takes as much memory as. */
  readonly weight: number;
  /** Of the store, in the order of its writes. */
  readonly sequence: number;
  readonly recordedMs: number;
  readonly requestId: string | null;
}

export type OrderedVersion = PointVersion & { readonly sequence: number };

/** Instants in ms, `[fromMs, untilMs)`. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface MemorySeries {
  /** Adds what a write wrote in a day, after all that was added before. */
  add(written: DayWrite): void;
  /** Removes it again. */
  drop(written: DayWrite): void;
  /** Days that have writes and lie in `[fromMs, untilMs)` at least in part, in order. */
  days(fromMs: number, untilMs: number): readonly number[];
  /** What was written in a day, oldest first. */
  writes(dayMs: number): readonly DayWrite[];
  /** The values of a window of a day that a read sees, in any order. */
  values(dayMs: number, window: Window, asOf: AsOf, nowMs: number): ReadValue[];
  /** All versions of a window, with a withdrawal at each instant of which it hid values; in any order. */
  versions(dayMs: number, window: Window): OrderedVersion[];
}

export const dayOf = (atMs: number) => Math.floor(atMs / DAY_MS) * DAY_MS;

export function createMemorySeries(): MemorySeries {
  const byDay = new Map<number, DayWrite[]>();
  let days: number[] = [];

  return {
    add(written) {
      const day = byDay.get(written.dayMs);
      if (day !== undefined) {
        day.push(written);
        return;
      }
      byDay.set(written.dayMs, [written]);
      const place = days.findLastIndex((dayMs) => dayMs < written.dayMs) + 1;
      days.splice(place, 0, written.dayMs);
    },
    drop(written) {
      const rest = (byDay.get(written.dayMs) ?? []).filter((one) => one !== written);
      if (rest.length > 0) byDay.set(written.dayMs, rest);
      else if (byDay.delete(written.dayMs)) days = days.filter((dayMs) => dayMs !== written.dayMs);
    },
    days: (fromMs, untilMs) => days.filter((dayMs) => dayMs + DAY_MS > fromMs && dayMs < untilMs),
    writes: (dayMs) => byDay.get(dayMs) ?? [],
    values(dayMs, window, asOf, nowMs) {
      const newest = new Map<number, readonly [PointValue, DayWrite]>();
      for (const written of byDay.get(dayMs) ?? []) {
        const { write, recordedMs } = written;
        if (!isSeen({ knownMs: write.knownMs, recordedMs }, asOf)) continue;
        if (write.withdrawn)
          for (const atMs of newest.keys()) if (withdraws(write, atMs)) newest.delete(atMs);
        for (const value of valuesIn(written, window)) newest.set(value.atMs, [value, written]);
      }
      return [...newest.values()]
        .filter(([, { write }]) => isInForce(write.expiresAtMs, asOf, nowMs))
        .map(([value, written]) => ({ ...value, ...originOf(written) }));
    },
    versions(dayMs, window) {
      const instants = new Set<number>();
      return (byDay.get(dayMs) ?? []).flatMap((written): OrderedVersion[] => {
        const { write, sequence, requestId } = written;
        const values = valuesIn(written, window);
        const origin = { ...originOf(written), sequence, requestId };
        const { expiresAtMs } = write;
        const hidden = write.withdrawn
          ? [...instants].filter((atMs) => withdraws(write, atMs))
          : [];
        for (const { atMs } of values) instants.add(atMs);
        return [
          ...hidden.map((atMs) => ({ atMs, content: null, ...origin, expiresAtMs })),
          ...values.map((value) => ({ ...value, ...origin, expiresAtMs })),
        ];
      });
    },
  };
}

function valuesIn({ values }: DayWrite, { fromMs, untilMs }: Window): readonly PointValue[] {
  return values.slice(placeOf(values, fromMs), placeOf(values, untilMs));
}

function withdraws({ withdrawn }: PointWrite, atMs: number): boolean {
  return withdrawn !== null && atMs >= withdrawn.fromMs && atMs < withdrawn.untilMs;
}

function originOf({ write, recordedMs }: DayWrite) {
  const { source, knownMs, author } = write;
  return { source, knownMs, recordedMs, author };
}
