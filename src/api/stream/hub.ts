// Fans each new frame out to whoever subscribes: made once for all that want the same, and never waited for.
import type { Log } from "../../domain/ports/log.ts";
import type { BackfillService, Missed } from "../../services/telemetry/backfill.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import { createFollowing, type Following } from "./following.ts";
import { createSharedQuery, type SharedQuery, type StreamCounts } from "./shared-query.ts";
import type { SharedSelection } from "./shared-selection.ts";
import type { Encoder, EndReason, Sink, StreamRequest } from "./stream.ts";
import { createSubscriber, type Subscriber } from "./subscriber.ts";
import { createSubscriptionRegistry, type SubscriptionStats } from "./subscription-registry.ts";

/** How often one that does not keep up is looked at between frames, in ms. */
const LOOK_MS = 250;

const NOTHING_YET: Missed = { frames: [], cutOverMs: -Infinity };

export interface Hub {
  /**
   * Attaches a subscriber at once: it gets the whole state, or what it missed, then every frame.
   *
   * @returns What ends it, for whatever reason; a second call does nothing.
   */
  join(encoder: Encoder, request: StreamRequest, sink: Sink): (reason: EndReason) => void;
  /** The same for dispatch events. */
  readonly follow: Following["join"];
  stats(): HubStats;
  /** Takes in no more frames. Who subscribes is left to its connection, to come back elsewhere. */
  close(): void;
}

export interface HubStats extends Readonly<StreamCounts>, SubscriptionStats {}

interface HubDeps {
  readonly telemetry: TelemetryService;
  readonly backfill: BackfillService;
  readonly log: Log;
  /** Names this run of the server. */
  readonly runId: string;
  /** How long a subscriber may have more waiting than is allowed before it is closed, in s. */
  readonly slowS: number;
  /** Is told how long a frame took to reach the connections of all subscribers, in s. */
  readonly observe: (tookS: number) => void;
}

export function createHub(deps: HubDeps): Hub {
  const { telemetry, backfill, log, runId, slowS, observe } = deps;
  const sharedQueries = new Map<string, SharedQuery>();
  const subscribers = new Map<Subscriber, (reason: EndReason) => void>();
  const behind = new Map<
    Subscriber,
    { readonly sharedQuery: SharedQuery; readonly selection: SharedSelection }
  >();
  const counts: StreamCounts = { framesSent: 0, framesMissed: 0, executions: 0 };
  const registry = createSubscriptionRegistry();
  let looking: NodeJS.Timeout | undefined;

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

  function onBehind(
    sharedQuery: SharedQuery,
    selection: SharedSelection,
    subscriber: Subscriber,
  ): void {
    behind.set(subscriber, { sharedQuery, selection });
    looking ??= setInterval(lookAtBehind, LOOK_MS).unref();
  }

  function lookAtBehind(): void {
    for (const [subscriber, { sharedQuery, selection }] of behind) {
      if (subscriber.ended === undefined && subscriber.behindSinceMs !== undefined) {
        if (subscriber.catchingUp) sharedQuery.catchUp(selection, subscriber);
        else sharedQuery.jump(selection, subscriber);
        if (subscriber.behindSinceMs === undefined) behind.delete(subscriber);
        else if (performance.now() - subscriber.behindSinceMs > slowS * 1000)
          endSubscriber(subscriber, "slow");
      } else behind.delete(subscriber);
    }
    if (behind.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }

  function onFailed(subscriber: Subscriber, error: unknown): void {
    log.error({ err: error }, "a subscription failed");
    endSubscriber(subscriber, "failed");
  }

  /** Says where a new member begins: with the whole state, or after the frame that it has. */
  function setStart(
    subscriber: Subscriber,
    request: StreamRequest,
    missed: Missed | undefined,
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
    // Changes that were not sent when they came are not counted up: the whole state follows instead.
    const recent = telemetry
      .recent()
      .filter(
        ({ tick, timestampMs }) => tick % everyTicks === 0 && timestampMs > after.timestampMs,
      );
    subscriber.missedTicks = missed.frames.length + recent.length;
    subscriber.needsSnapshot = true;
    subscriber.backlog = [];
  }

  function sharedQueryOf(
    encoder: Encoder,
    { everyTicks, changesOnly }: StreamRequest,
  ): SharedQuery {
    let sharedQuery = sharedQueries.get(encoder.key);
    if (sharedQuery === undefined) {
      sharedQuery = createSharedQuery({
        encoder,
        everyTicks,
        changesOnly,
        telemetry,
        counts,
        onBehind,
        onFailed,
      });
      sharedQueries.set(encoder.key, sharedQuery);
    }
    return sharedQuery;
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
        behind.delete(subscriber);
        selection.subscribers.delete(subscriber);
        if (selection.subscribers.size === 0 && sharedQuery.dropSelection(request))
          sharedQueries.delete(encoder.key);
      };
      subscribers.set(subscriber, end);
      selection.subscribers.add(subscriber);
      const begin = (missed: Missed | undefined) => {
        if (subscriber.ended !== undefined) return;
        setStart(subscriber, request, missed);
        sharedQuery.catchUp(selection, subscriber);
      };
      const { after, everyTicks, selectionKey, select } = request;
      if (after === undefined) begin(NOTHING_YET);
      else {
        const ofThisRun = after.runId === runId;
        const query = { afterMs: after.timestampMs, ofThisRun, everyTicks, selectionKey, select };
        const missed = backfill.missed(query);
        if (missed instanceof Promise) missed.then(begin, (error) => onFailed(subscriber, error));
        else begin(missed);
      }
      return end;
    },
    follow: createFollowing(registry, slowS).join,
    stats: () => ({ ...counts, ...registry.stats() }),
    close() {
      leave();
      clearInterval(looking);
    },
  };
}
