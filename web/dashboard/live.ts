// What the page knows of the fleet now: loaded once, then kept by one subscription that goes on by itself.
import type { Client } from "graphql-ws";
import { subscriptionsAddress } from "./address.ts";
import { ApiError, request } from "./api.ts";
import { type Connection, createConnection } from "./connection.ts";
import { findObstacle } from "./connection-obstacle.ts";
import { createFleet, type Fleet, type FleetAsset } from "./fleet.ts";
import type { Report } from "./frame-reader.ts";
import { startFrames } from "./frames.ts";
import { AssetSamples, Assets, Trails } from "./operations.ts";
import { readPages } from "./pages.ts";
import { openSocket } from "./socket.ts";

/** How long to wait before the list of assets is asked for again, in ms. */
const RELOAD_MS = 2000;

/** Attempts to connect that fail before it is asked why. */
const LOSSES_SHOWN = 2;

/** What does not pass by itself. */
const REFUSALS = new Set(["CROSS_SITE", "HOST_UNKNOWN"]);

/** Trails of larger fleets begin empty. */
const MOST_TRAILS = 500;

/** Frames are drawn at most once for each picture of the screen. */
export interface Live {
  /** Undefined before its first frame. */
  readonly fleet: Fleet | undefined;
  /** How long a tick lasts, in s, as far as could be seen. */
  readonly tickS: number;
  readonly connection: Connection;
  readonly client: Client;
  /** Rises with every change that is worth drawing. */
  readonly version: number;
  /** Is told of what to draw. Gives what ends it. */
  watch(listener: () => void): () => void;
  /** Is told of every frame that was taken in, also where it is never drawn. Gives what ends it. */
  onReport(listener: (report: Report, fleet: Fleet) => void): () => void;
}

/** Starts to follow the fleet, and never stops. */
export function startLive(): Live {
  const watchers = new Set<() => void>();
  const reportListeners = new Set<(report: Report, fleet: Fleet) => void>();
  let fleet: Fleet | undefined;
  let fleetList: number | undefined;
  /** A newer list of assets, which shows once it has values. */
  let next: Fleet | undefined;
  let nextList: number | undefined;
  let version = 0;
  let newestMs: number | undefined;
  let tickS: number | undefined;
  let isDrawing = false;
  let isLoading = false;

  function draw(): void {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      version++;
      for (const watcher of watchers) watcher();
    });
  }

  const connection = createConnection(() => performance.now(), draw);
  const client = openSocket(subscriptionsAddress());
  const frames = startFrames(take, () => void lost());
  let losses = 0;

  /** One may be chance, as where the server starts at the same time. */
  async function lost(): Promise<void> {
    connection.lost();
    if (connection.state().kind !== "connecting" || ++losses < LOSSES_SHOWN) return;
    const obstacle = await findObstacle();
    if (obstacle !== undefined) connection.obstructed(obstacle);
  }

  function take(report: Report, list: number): void {
    connection.received(report);
    if (next !== undefined && list === nextList) {
      [fleet, fleetList] = [next, list];
      next = undefined;
    }
    if (fleet === undefined || list !== fleetList) return;
    const { timestampMs, isKnown } = report;
    const { reportedCount } = report.totals;
    const isSameSize = reportedCount === (fleet.totals?.reportedCount ?? reportedCount);
    fleet.apply(report);
    if (!isKnown || !isSameSize) void loadAssets();
    measureTick(timestampMs);
    for (const listener of reportListeners) listener(report, fleet);
    draw();
  }

  /** The shortest time between two frames is that of a tick: none is sent twice. */
  function measureTick(timestampMs: number): void {
    if (newestMs !== undefined && timestampMs > newestMs)
      tickS = Math.min(tickS ?? Number.POSITIVE_INFINITY, (timestampMs - newestMs) / 1000);
    newestMs = timestampMs;
  }

  function noteRefusal(error: unknown): undefined {
    if (error instanceof ApiError && REFUSALS.has(error.code)) connection.obstructed(error.message);
  }

  async function loadAssets(): Promise<void> {
    if (isLoading) return;
    isLoading = true;
    for (;;) {
      const assets = await readAssets().catch(noteRefusal);
      if (assets !== undefined) {
        const loaded = createFleet(assets);
        tickS ??= await readTickS(assets[0]?.id ?? "");
        if (assets.length <= MOST_TRAILS) await beginTrails(loaded);
        next = loaded;
        nextList = frames.read(assets.map(({ id }) => id));
        break;
      }
      await pause(RELOAD_MS);
    }
    isLoading = false;
  }

  void loadAssets();

  return {
    get fleet() {
      return fleet;
    },
    get tickS() {
      return tickS ?? 1;
    },
    connection,
    client,
    get version() {
      return version;
    },
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    onReport(listener) {
      reportListeners.add(listener);
      return () => reportListeners.delete(listener);
    },
  };
}

function readAssets(): Promise<FleetAsset[]> {
  return readPages((after) => request(Assets, { after }).then(({ assets }) => assets));
}

/** Gives assets the powers that they had; the newest comes again with the first frame. */
async function beginTrails(fleet: Fleet): Promise<void> {
  const read = readPages((after) => request(Trails, { after }).then(({ assets }) => assets));
  for (const { id, samples } of await read.catch(() => [])) {
    const place = fleet.placeOf(id);
    const powers = samples.nodes.slice(1).map(({ currentMw }) => currentMw);
    if (place !== undefined) fleet.beginTrail(place, powers.reverse());
  }
}

/** From the last two samples of an asset; undefined where there are none yet. */
async function readTickS(id: string): Promise<number | undefined> {
  const variables = { id, from: null, until: null, first: 2 };
  const answer = await request(AssetSamples, variables).catch(() => undefined);
  const [newest, before] = answer?.asset?.samples.nodes ?? [];
  if (newest === undefined || before === undefined) return undefined;
  return (Date.parse(newest.timestamp) - Date.parse(before.timestamp)) / 1000;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
