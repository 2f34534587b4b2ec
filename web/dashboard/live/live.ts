// The present state of the fleet in the page: loaded once, then updated by one subscription that reconnects by itself.
import type { Client } from "graphql-ws";
import { access } from "../../sign-in/page-access.ts";
import { subscriptionsAddress } from "../api/address.ts";
import { request } from "../api/api.ts";
import { Trails } from "../api/operations.ts";
import { readPages } from "../api/pages.ts";
import { type Connection, createConnection } from "./connection.ts";
import { findObstacle } from "./connection-obstacle.ts";
import { createDrawing, type Drawing } from "./drawing.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import type { Report } from "./frame-reader.ts";
import type { Frames } from "./frames.ts";
import { endPauses } from "./pause.ts";
import { openSocket } from "./socket.ts";

/** Attempts to connect that fail before the obstacle is looked for. */
const LOSSES_SHOWN = 2;

/** Assets of the largest fleet whose trails are read; trails of larger fleets begin empty. */
const MOST_TRAILS = 500;

export interface Live {
  /** Undefined before its list of assets; its totals are before its first frame. */
  readonly fleet: Fleet | undefined;
  /** How long a tick lasts, in s, as far as could be seen. */
  readonly tickS: number;
  readonly connection: Connection;
  readonly client: Client;
  /** Reads the list of assets again, as after a change of one. */
  reloadAssets(): void;
  /** When each part of the page draws what changed. */
  readonly drawing: Drawing;
  /** Calls the listener with every accepted frame, also where it is never drawn. Returns a function that ends this. */
  onReport(listener: (report: Report, fleet: Fleet) => void): () => void;
}

/** The fleet as its frames report it, for ever. */
export function startLive(frames: Frames): Live {
  const reportListeners = new Set<(report: Report, fleet: Fleet) => void>();
  const drawing = createDrawing();
  let fleet: Fleet | undefined;
  /** The fleet of a newer list of assets, which shows once it has values; its trails are read first. */
  let next: Promise<Fleet> | undefined;
  const tick = createTickMeasure();
  const connection = createConnection(() => performance.now(), drawing.request);
  const client = openSocket(subscriptionsAddress(), { access });
  const lost = lossHandler(connection);
  onReturn(() => {
    endPauses();
    frames.hurry();
  });
  frames.listen((news) => {
    if (news.kind === "lost") lost();
    else if (news.kind === "refused") connection.obstructed(news.reason);
    else if (news.kind === "report") receive(news.report);
    else if (news.kind === "tick") tick.estimate(news.tickS);
    else {
      const listed = createFleet(news.assets);
      next = withTrails(listed);
      fleet ??= listed;
      drawing.request();
    }
  });

  function receive(report: Report): void {
    const { kind } = connection.state();
    connection.received(report);
    // The server is there again, for all else too.
    if (kind !== "live" && kind !== "resumed") endPauses();
    if (next === undefined) {
      apply(report);
      return;
    }
    // Reports that come before the trails wait for them, in order.
    const chosen = next;
    void chosen.then((loaded) => {
      if (next === chosen) next = undefined;
      fleet = loaded;
      apply(report);
    });
  }

  function apply(report: Report): void {
    if (fleet === undefined) return;
    const { timestampMs, isKnown } = report;
    const { reportedCount } = report.totals;
    const isSameSize = reportedCount === (fleet.totals?.reportedCount ?? reportedCount);
    fleet.apply(report);
    if (!isKnown || !isSameSize) frames.reload();
    tick.measure(timestampMs);
    for (const listener of reportListeners) listener(report, fleet);
    drawing.request();
  }

  return {
    get fleet() {
      return fleet;
    },
    get tickS() {
      return tick.lengthS() ?? 1;
    },
    connection,
    client,
    reloadAssets: frames.reload,
    drawing,
    onReport(listener) {
      reportListeners.add(listener);
      return () => reportListeners.delete(listener);
    },
  };
}

/** Calls the listener where the network is back, or the page is looked at again. */
function onReturn(listener: () => void): void {
  addEventListener("online", listener);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listener();
  });
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
    /** Takes a length that is known otherwise, where it was not measured yet. */
    estimate(tickS: number): void {
      lengthS ??= tickS;
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

/** A fleet with the past powers of its assets, where it is not too large; the newest power comes again with the first frame. */
async function withTrails(fleet: Fleet): Promise<Fleet> {
  if (fleet.assets.length > MOST_TRAILS) return fleet;
  const read = readPages((after) => request(Trails, { after }).then(({ assets }) => assets));
  for (const { id, samples } of await read.catch(() => [])) {
    const place = fleet.placeOf(id);
    const powers = samples.nodes.slice(1).map(({ currentMw }) => currentMw);
    if (place !== undefined) fleet.beginTrail(place, powers.reverse());
  }
  return fleet;
}
