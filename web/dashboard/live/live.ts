// The present state of the fleet in the page: loaded once, then updated by one subscription that reconnects by itself.
import type { Client } from "graphql-ws";
import { subscriptionsAddress } from "../api/address.ts";
import { ApiError, request } from "../api/api.ts";
import { AssetSamples, Assets, Trails } from "../api/operations.ts";
import { readPages } from "../api/pages.ts";
import { type Connection, createConnection } from "./connection.ts";
import { findObstacle } from "./connection-obstacle.ts";
import { createFleet, type Fleet, type FleetAsset } from "./fleet.ts";
import type { Report } from "./frame-reader.ts";
import { startFrames } from "./frames.ts";
import { openSocket } from "./socket.ts";

/** Wait before the list of assets is requested again, in ms. */
const RELOAD_MS = 2000;

/** Attempts to connect that fail before the obstacle is looked for. */
const LOSSES_SHOWN = 2;

/** Refusals that do not pass by themselves. */
const REFUSALS = new Set(["CROSS_SITE", "HOST_UNKNOWN"]);

/** Assets of the largest fleet whose trails are read; trails of larger fleets begin empty. */
const MOST_TRAILS = 500;

export interface Live {
  /** Undefined before its first frame. */
  readonly fleet: Fleet | undefined;
  /** How long a tick lasts, in s, as far as could be seen. */
  readonly tickS: number;
  readonly connection: Connection;
  readonly client: Client;
  /** Rises with every change that is worth drawing. */
  readonly version: number;
  /** Reads the list of assets again, as after a change of one. */
  reloadAssets(): void;
  /** Calls the listener where there is something to draw. Returns a function that ends this. */
  watch(listener: () => void): () => void;
  /** Calls the listener with every accepted frame, also where it is never drawn. Returns a function that ends this. */
  onReport(listener: (report: Report, fleet: Fleet) => void): () => void;
}

/** Starts to follow the fleet, and never stops. */
export function startLive(): Live {
  const reportListeners = new Set<(report: Report, fleet: Fleet) => void>();
  const drawing = createDrawing();
  let fleet: Fleet | undefined;
  let fleetList: number | undefined;
  /** A newer list of assets, which shows once it has values. */
  let next: Fleet | undefined;
  let nextList: number | undefined;
  const tick = createTickMeasure();
  const connection = createConnection(() => performance.now(), drawing.request);
  const client = openSocket(subscriptionsAddress());
  const frames = startFrames(receive, lossHandler(connection));
  const loadAssets = assetsLoader(connection, async (assets) => {
    const loaded = createFleet(assets);
    await tick.estimate(assets[0]?.id ?? "");
    if (assets.length <= MOST_TRAILS) await beginTrails(loaded);
    next = loaded;
    nextList = frames.read(assets.map(({ id }) => id));
  });

  function receive(report: Report, list: number): void {
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
    tick.measure(timestampMs);
    for (const listener of reportListeners) listener(report, fleet);
    drawing.request();
  }

  void loadAssets();

  return {
    get fleet() {
      return fleet;
    },
    get tickS() {
      return tick.lengthS() ?? 1;
    },
    connection,
    client,
    get version() {
      return drawing.version();
    },
    reloadAssets: () => void loadAssets(),
    watch: drawing.watch,
    onReport(listener) {
      reportListeners.add(listener);
      return () => reportListeners.delete(listener);
    },
  };
}

/** Draws at most once for each picture of the screen. */
function createDrawing() {
  const watchers = new Set<() => void>();
  let version = 0;
  let isRequested = false;
  return {
    request(): void {
      if (isRequested) return;
      isRequested = true;
      requestAnimationFrame(() => {
        isRequested = false;
        version++;
        for (const watcher of watchers) watcher();
      });
    },
    version: () => version,
    watch(listener: () => void): () => void {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  };
}

/** Measures the length of a tick: the shortest time between two frames, as no frame is sent twice. */
function createTickMeasure() {
  let newestMs: number | undefined;
  let lengthS: number | undefined;
  return {
    measure(timestampMs: number): void {
      if (newestMs !== undefined && timestampMs > newestMs)
        lengthS = Math.min(lengthS ?? Number.POSITIVE_INFINITY, (timestampMs - newestMs) / 1000);
      newestMs = timestampMs;
    },
    /** Reads the length from the history of an asset, where it was not measured yet. */
    async estimate(assetId: string): Promise<void> {
      lengthS ??= await readTickS(assetId);
    },
    lengthS: () => lengthS,
  };
}

/** Looks for the obstacle once connections are lost. One loss may be chance, as where the server starts at the same time. */
function lossHandler(connection: Connection): () => void {
  let losses = 0;
  return () => {
    connection.lost();
    if (connection.state().kind !== "connecting" || ++losses < LOSSES_SHOWN) return;
    void findObstacle().then((obstacle) => {
      if (obstacle !== undefined) connection.obstructed(obstacle);
    });
  };
}

/** Reads the list of assets, again until it is answered; one reading at a time. */
function assetsLoader(connection: Connection, use: (assets: FleetAsset[]) => Promise<void>) {
  let isLoading = false;
  const noteRefusal = (error: unknown): undefined => {
    if (error instanceof ApiError && REFUSALS.has(error.code)) connection.obstructed(error.message);
  };
  return async (): Promise<void> => {
    if (isLoading) return;
    isLoading = true;
    for (;;) {
      const assets = await readAssets().catch(noteRefusal);
      if (assets !== undefined) {
        await use(assets);
        break;
      }
      await pause(RELOAD_MS);
    }
    isLoading = false;
  };
}

function readAssets(): Promise<FleetAsset[]> {
  return readPages((after) => request(Assets, { after }).then(({ assets }) => assets));
}

/** Reads the past powers of assets; the newest power comes again with the first frame. */
async function beginTrails(fleet: Fleet): Promise<void> {
  const read = readPages((after) => request(Trails, { after }).then(({ assets }) => assets));
  for (const { id, samples } of await read.catch(() => [])) {
    const place = fleet.placeOf(id);
    const powers = samples.nodes.slice(1).map(({ currentMw }) => currentMw);
    if (place !== undefined) fleet.beginTrail(place, powers.reverse());
  }
}

/** The length of a tick from the last two samples of an asset, in s; undefined where there are none yet. */
async function readTickS(id: string): Promise<number | undefined> {
  const variables = { id, from: null, until: null, first: 2 };
  const answer = await request(AssetSamples, variables).catch(() => undefined);
  const [newest, before] = answer?.asset?.samples.nodes ?? [];
  if (newest === undefined || before === undefined) return undefined;
  return (Date.parse(newest.timestamp) - Date.parse(before.timestamp)) / 1000;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
