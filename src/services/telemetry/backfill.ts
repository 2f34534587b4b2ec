// The frames that a subscriber missed and that are no longer among the recent ones, read from the store.

import { assert } from "../../domain/base/assert.ts";
import { Fault } from "../../domain/base/fault.ts";
import { createSerial } from "../../domain/base/serial.ts";
import type { Asset, Site } from "../../domain/fleet/asset.ts";
import { createFleetTable, type FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { StoredInstant } from "../../domain/ports/telemetry-store.ts";
import { stateColumns } from "../../domain/telemetry/columns.ts";
import { type Frame, limitOf } from "../../domain/telemetry/frame.ts";
import type { StoredTelemetry } from "./history.ts";
import type { TelemetryService } from "./telemetry.ts";

/** Samples that are read again for one subscriber. A subscriber that missed more begins anew. */
const MOST_SAMPLES = 200_000;

export interface MissedQuery {
  /** Instant of the last frame that the subscriber has, in ms since the epoch. */
  readonly afterMs: number;
  /** Whether this run of the server made that frame. */
  readonly ofThisRun: boolean;
  /** Every how many ticks it gets a frame. */
  readonly everyTicks: number;
  /** A key that is equal for equal selections. */
  readonly selectionKey: string;
  /** The positions of its assets in a table that has retired assets too; undefined: all. */
  select(table: FleetTable): readonly number[] | undefined;
}

export interface Missed {
  /** The missed frames, oldest first, with the assets of the subscriber alone. */
  readonly frames: readonly Frame[];
  /** The instant from which on all frames are among the recent ones, in ms since the epoch. */
  readonly cutOverMs: number;
}

export interface BackfillService {
  /**
   * The missed frames; undefined where they cannot be known, or are too many. The store is read for one query after
   * the other, and once for equal queries.
   */
  missed(query: MissedQuery): Missed | undefined | Promise<Missed | undefined>;
}

type ReportedSample = StoredInstant["samples"][number];

export function createBackfill(
  telemetry: TelemetryService,
  stored?: StoredTelemetry,
): BackfillService {
  const underWay = new Map<string, Promise<Missed | undefined>>();
  /** Reads one after the other: all that is read at once is in memory at once. */
  const { run: inTurn } = createSerial();

  /** Whether all frames after this one of this run are among the recent ones. */
  function isRemembered(afterMs: number): boolean {
    const recent = telemetry.recent();
    if (recent.some(({ timestampMs }) => timestampMs === afterMs)) return true;
    const first = telemetry.first();
    return afterMs === first.timestampMs && (recent[0]?.tick ?? first.tick + 1) === first.tick + 1;
  }

  async function fromStore(
    { store, flush, waitingFrames }: StoredTelemetry,
    { afterMs, everyTicks, select }: MissedQuery,
  ): Promise<Missed | undefined> {
    await flush();
    const { table, dtS } = telemetry.latest();
    const recent = telemetry.recent();
    if (waitingFrames() > recent.length) return undefined;
    const cutOverMs = recent[0]?.timestampMs ?? Infinity;
    const whole = withRetired(table);
    const indexes = select(whole) ?? whole.assets.map((_, index) => index);
    const assets = indexes.map((index) => whole.assets[index] as Asset);
    const instants = await store.since({
      assetIds: assets.map(({ id }) => id),
      afterMs,
      beforeMs: cutOverMs,
      everyMs: Math.round(everyTicks * dtS * 1000),
      most: MOST_SAMPLES,
    });
    if (instants === undefined) return undefined;
    return { frames: framesOf(instants, createFleetTable(whole.sites, assets)), cutOverMs };
  }

  return {
    missed(query) {
      if (query.afterMs > telemetry.latest().timestampMs) return undefined;
      if (query.ofThisRun && isRemembered(query.afterMs))
        return { frames: [], cutOverMs: -Infinity };
      if (stored === undefined) return undefined;
      const { afterMs, everyTicks, selectionKey } = query;
      const key = `${afterMs}|${everyTicks}|${selectionKey}`;
      const reading = underWay.get(key) ?? inTurn(() => fromStore(stored, query));
      underWay.set(key, reading);
      const forget = () => underWay.delete(key);
      reading.then(forget, forget);
      return reading.catch((error) => {
        if (error instanceof Fault) return undefined;
        throw error;
      });
    },
  };
}

/** The fleet as if its retired assets still ran: they may have reported at an instant that was missed. */
function withRetired(table: FleetTable): FleetTable {
  const { sites, retiredSites, assets, retired } = table;
  if (retired.length === 0) return table;
  const inUse = <T extends Asset | Site>(items: readonly T[]) =>
    items.map((item) => ({ ...item, retired: false }));
  return createFleetTable([...sites, ...inUse(retiredSites)], [...assets, ...inUse(retired)]);
}

function framesOf(instants: readonly StoredInstant[], whole: FleetTable): Frame[] {
  let table = whole;
  return instants.map((instant) => {
    table = tableOf(instant, table, whole);
    return frameOf(instant, table);
  });
}

/** The assets that reported at an instant, with their limits of that instant; the table before where it is the same. */
function tableOf({ samples }: StoredInstant, before: FleetTable, whole: FleetTable): FleetTable {
  const isSame = ({ assetId, capacityMwhr, maxMw, minMw }: ReportedSample) => {
    const asset = before.assetOf(assetId);
    return asset?.capacityMwhr === capacityMwhr && asset.maxMw === maxMw && asset.minMw === minMw;
  };
  if (samples.length === before.assets.length && samples.every(isSame)) return before;
  const assets = samples.map(({ assetId, capacityMwhr, maxMw, minMw }) => {
    const asset = whole.assetOf(assetId);
    assert(asset !== undefined, "the store returns the assets of the query");
    return { ...asset, capacityMwhr, maxMw, minMw };
  });
  return createFleetTable(whole.sites, assets);
}

function frameOf({ timestampMs, dtS, samples }: StoredInstant, table: FleetTable): Frame {
  const column = (of: (sample: ReportedSample) => number) => {
    const values = new Float64Array(table.assets.length);
    for (const sample of samples) values[table.indexOf(sample.assetId) as number] = of(sample);
    return values;
  };
  return {
    table,
    tick: Math.round(timestampMs / (dtS * 1000)),
    timestampMs,
    dtS,
    ...stateColumns((field) => column((sample) => sample[field])),
    limit: Uint8Array.from(column(({ limitedBy }) => limitOf(limitedBy))),
  };
}
