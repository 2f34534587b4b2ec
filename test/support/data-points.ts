// Data points and writes for tests.
import type { AuditRecord } from "../../src/domain/audit/record.ts";
import type { Content, DataPoint } from "../../src/domain/data-point/data-point.ts";
import type { PointWrite } from "../../src/domain/data-point/write.ts";

export const POINTS_START_MS = Date.UTC(2026, 11, 1);
export const QUARTER_MS = 900_000;

export const pointOf = (path: string, difference: Partial<DataPoint> = {}): DataPoint => ({
  ...{ path, type: "time_series_double", unit: "MW", resolution: "PT15M", timeZone: "UTC" },
  ...{ description: null, minValue: null, maxValue: null, jsonSchema: null, retention: null },
  ...difference,
});

/** A write of contents by their instants. */
export const writeOf = (
  path: string,
  contents: readonly (readonly [atMs: number, content: Content])[],
  difference: Partial<PointWrite> = {},
): PointWrite => ({
  ...{ path, source: "original", withdrawn: null, knownMs: POINTS_START_MS },
  ...{ expiresAtMs: null, author: "token:desk" },
  values: contents.map(([atMs, content]) => ({ atMs, content })),
  ...difference,
});

export const withdrawalOf = (
  path: string,
  fromMs: number,
  untilMs: number,
  difference: Partial<PointWrite> = {},
): PointWrite => writeOf(path, [], { withdrawn: { fromMs, untilMs }, ...difference });

export const saveRecord = (id: string, target: string): AuditRecord => ({
  ...{ id, atMs: POINTS_START_MS, actor: "token:desk", actorName: null, address: null },
  ...{ channel: "rest", action: "token.make", target, before: null, after: null, reason: null },
  ...{ requestId: null, outcome: "done", code: null },
});
