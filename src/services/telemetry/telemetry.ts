// The telemetry of the fleet: the latest frame, the recent ones, and the followers of the next.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { FRAME_BYTES_PER_ASSET, type Frame, telemetryAt } from "../../domain/telemetry/frame.ts";
import type { Telemetry } from "../../domain/telemetry/telemetry.ts";

export interface TelemetryService {
  /** The newest frame, or the state of a newer table at its instant; before the first tick the fleet at rest. */
  latest(): Frame;
  /** The frame that this run of the server began with. */
  first(): Frame;
  /** The newest telemetry of an asset, or undefined for an unknown one. */
  of(assetId: string): Telemetry | undefined;
  /** The newest telemetry of every asset, or of a site's; undefined for an unknown site. */
  all(siteId?: string): Telemetry[] | undefined;
  /** The recent frames, oldest first. */
  recent(): readonly Frame[];
  /** Restores a stored state as the latest frame, which is not published. */
  begin(frame: Frame): void;
  /** Takes the state of another table at the instant of the latest frame as the latest: it is read, and not published. */
  replaceTable(state: Frame): void;
  /** Calls with each new frame until the returned function is called. */
  follow(listener: (frame: Frame) => void): () => void;
  /** Adds a new frame, and calls the followers at once. */
  publish(frame: Frame): void;
  /**
   * Makes room among the recent frames for a frame of this table. Returns a frame that was removed and may be
   * written over, where there is one.
   */
  spare(next: FleetTable): Frame | undefined;
}

/** The bounds of the recent frames. They may change. */
export interface RecentLimits {
  /** How many are retained at most, 2 or more. */
  readonly recentFrames: number;
  /** How many bytes they may have, as long as there are more than 2; left out: any number. */
  readonly recentBytes?: number;
}

/** @param atRest The fleet before its first tick. */
export function createTelemetry(atRest: Frame, limits: RecentLimits): TelemetryService {
  const recent: Frame[] = [];
  let recentBytes = 0;
  const listeners = new Set<(frame: Frame) => void>();
  let first = atRest;
  let latest = atRest;

  return {
    latest: () => latest,
    first: () => first,
    of(assetId) {
      const index = latest.table.indexOf(assetId);
      return index === undefined ? undefined : telemetryAt(latest, index);
    },
    all(siteId) {
      const { table } = latest;
      if (siteId === undefined) return table.assets.map((_, index) => telemetryAt(latest, index));
      if (table.siteOf(siteId) === undefined) return undefined;
      return table.indexesOfSite(siteId).map((index) => telemetryAt(latest, index));
    },
    recent: () => recent,
    begin(frame) {
      first = frame;
      latest = frame;
    },
    replaceTable(state) {
      latest = state;
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish(frame) {
      latest = frame;
      recent.push(frame);
      recentBytes += bytesOf(frame.table);
      for (const listener of listeners) listener(frame);
    },
    spare(next) {
      const { recentFrames, recentBytes: mostBytes = Infinity } = limits;
      let count = 0;
      // Of a bound that became much smaller many leave at once.
      while (recent.length - count > 1) {
        const isFull =
          recent.length - count >= recentFrames || recentBytes + bytesOf(next) > mostBytes;
        if (!isFull) break;
        recentBytes -= bytesOf((recent[count++] as Frame).table);
      }
      return recent.splice(0, count).at(-1);
    },
  };
}

function bytesOf({ assets }: FleetTable): number {
  return assets.length * FRAME_BYTES_PER_ASSET;
}
