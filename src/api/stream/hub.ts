// The fan-out hub: sends each new frame to its subscribers, encoded once for those with equal queries.
import type { Log } from "../../domain/ports/log.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { BackfillService, Missed } from "../../services/telemetry/backfill.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import { createFollowing, type Following } from "./following.ts";
import { createLaggards } from "./laggards.ts";
import type { StreamCounts } from "./sender.ts";
import { createSharedQuery, type SharedQuery } from "./shared-query.ts";
import type { Encoder, EndReason, Sink, StreamRequest } from "./stream.ts";
import { createSubscriber, type Subscriber } from "./subscriber.ts";
import { createSubscriptionRegistry, type SubscriptionStats } from "./subscription-registry.ts";

const NOTHING_YET: Missed = { frames: [], cutOverMs: -Infinity };

export interface Hub {
  /**
   * Attaches a subscriber at once: it is sent the whole state, or the frames that it missed, then every frame.
   *
   * @returns A function that ends the subscription; a second call does nothing.
   */
  join(encoder: Encoder, request: StreamRequest, sink: Sink): (reason: EndReason) => void;
  /** The same for dispatch events. */
  readonly follow: Following["join"];
  stats(): HubStats;
  /** Stops the fan-out. The connections of subscribers are closed elsewhere. */
  close(): void;
}

export interface HubStats extends Readonly<StreamCounts>, SubscriptionStats {}

interface HubDeps {
  readonly telemetry: TelemetryService;
  readonly backfill: BackfillService;
  readonly log: Log;
  /** Identifies this run of the server. */
  readonly runId: string;
  /** How long a subscriber may exceed its buffer before it is closed, in s. */
  readonly slowS: number;
  /** Records the time from a frame until all connections have it, in s. */
  readonly observe: (tookS: number) => void;
}

export function createHub(deps: HubDeps): Hub {
  const { telemetry, backfill, log, runId, slowS, observe } = deps;
  const sharedQueries = new Map<string, SharedQuery>();
  const subscribers = new Map<Subscriber, (reason: EndReason) => void>();
  const counts: StreamCounts = { framesSent: 0, framesMissed: 0, executions: 0 };
  const registry = createSubscriptionRegistry();
  const laggards = createLaggards(slowS, (subscriber) => endSubscriber(subscriber, "slow"));

  const leave = telemetry.follow((frame) => {
    if (sharedQueries.size === 0) return;
    const beganMs = performance.now();
    for (const sharedQuery of sharedQueries.values()) sharedQuery.emit(frame);
    observe((performance.now() - beganMs) / 1000);
  });

  function endSubscriber(subscriber: Subscriber, reason: EndReason): void {
    subscribers.get(subscriber)?.(reason);
    subscriber.sink.end(reason);
  }

  function onFailed(subscriber: Subscriber, error: unknown): void {
    log.error({ err: error }, "a subscription failed");
    endSubscriber(subscriber, "failed");
  }

  function sharedQueryOf(
    encoder: Encoder,
    { everyTicks, changesOnly }: StreamRequest,
  ): SharedQuery {
    let sharedQuery = sharedQueries.get(encoder.key);
    if (sharedQuery === undefined) {
      sharedQuery = createSharedQuery({
        ...{ encoder, everyTicks, changesOnly, telemetry, counts, onFailed },
        onBehind: laggards.add,
      });
      sharedQueries.set(encoder.key, sharedQuery);
    }
    return sharedQuery;
  }

  /** The stored frames that a subscriber missed; undefined where they are unknown. */
  function missedBy({ after, everyTicks, selectionKey, select }: StreamRequest) {
    if (after === undefined) return NOTHING_YET;
    const { runId: ofRun, timestampMs: afterMs } = after;
    const ofThisRun = ofRun === runId;
    return backfill.missed({ afterMs, ofThisRun, everyTicks, selectionKey, select });
  }

  return {
    join(encoder, request, sink) {
      const sharedQuery = sharedQueryOf(encoder, request);
      const selection = sharedQuery.selectionOf(request);
      const subscriber = createSubscriber(sink);
      const left = registry.enter(sink);
      const end = (reason: EndReason) => {
        if (subscriber.ended !== undefined) return;
        subscriber.ended = reason;
        left(reason);
        subscribers.delete(subscriber);
        laggards.remove(subscriber);
        selection.subscribers.delete(subscriber);
        if (selection.subscribers.size === 0 && sharedQuery.dropSelection(request))
          sharedQueries.delete(encoder.key);
      };
      subscribers.set(subscriber, end);
      selection.subscribers.add(subscriber);
      const begin = (missed: Missed | undefined) => {
        if (subscriber.ended !== undefined) return;
        setStart(subscriber, request, missed, telemetry.recent);
        sharedQuery.catchUp(selection, subscriber);
      };
      const missed = missedBy(request);
      if (missed instanceof Promise) missed.then(begin, (error) => onFailed(subscriber, error));
      else begin(missed);
      return end;
    },
    follow: createFollowing(registry, slowS).join,
    stats: () => ({ ...counts, ...registry.stats() }),
    close() {
      leave();
      laggards.stop();
    },
  };
}

/** Sets where a new subscriber begins: with the whole state, or after the last frame that it has. */
function setStart(
  subscriber: Subscriber,
  request: StreamRequest,
  missed: Missed | undefined,
  recentFrames: () => readonly Frame[],
): void {
  const { after, everyTicks, changesOnly } = request;
  if (missed === undefined) subscriber.missedTicks = null;
  if (missed === undefined || after === undefined) {
    subscriber.needsSnapshot = true;
    return;
  }
  subscriber.sentMs = after.timestampMs;
  subscriber.cutOverMs = missed.cutOverMs;
  subscriber.backlog = [...missed.frames];
  if (!changesOnly) return;
  // Changes of missed frames are not accumulated: the whole state follows instead.
  const recent = recentFrames().filter(
    ({ tick, timestampMs }) => tick % everyTicks === 0 && timestampMs > after.timestampMs,
  );
  subscriber.missedTicks = missed.frames.length + recent.length;
  subscriber.needsSnapshot = true;
  subscriber.backlog = [];
}
