// The fan-out hub: sends each new frame to its subscribers, encoded once for those with equal queries.
import type { AlarmEvent } from "../../domain/alarm/alarm.ts";
import type { LinkedRecord } from "../../domain/audit/chain.ts";
import type { Log } from "../../domain/ports/log.ts";
import { NO_TRACING, type Tracing } from "../../domain/ports/tracing.ts";
import type { DataPointChanges } from "../../services/data-point/changes.ts";
import type { AnnouncedEvent, DispatchEvents } from "../../services/dispatch/events.ts";
import type { EventFeed, Numbered } from "../../services/recent-events.ts";
import type { BackfillService, Missed } from "../../services/telemetry/backfill.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import type { Limits } from "../transport/limits.ts";
import type { StreamCounts } from "./delivery.ts";
import { createFollowing, type Following, type FollowingDeps } from "./following.ts";
import { createFrameSource } from "./frame-source.ts";
import { createLaggards } from "./laggards.ts";
import { createReadyQueue } from "./ready-queue.ts";
import { createSharedQuery, type SharedQuery } from "./shared-query.ts";
import type { FrameSubscriber } from "./shared-selection.ts";
import type { Encoder, EndReason, Sink, StreamRequest } from "./stream.ts";
import { createSubscriber } from "./subscriber.ts";
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
  readonly follow: Following<AnnouncedEvent>["join"];
  /** The same for alarm events. */
  readonly followAlarms: Following<AlarmEvent>["join"];
  /** The same for records of the audit log. */
  readonly followAudit: Following<LinkedRecord>["join"];
  /** The same for changes of data points. */
  readonly followDataPoints: Following<DataPointChanges>["join"];
  stats(): HubStats;
  /** Stops the fan-out. The connections of subscribers are closed elsewhere. */
  close(): void;
}

export interface HubStats extends Readonly<StreamCounts>, SubscriptionStats {}

interface HubDeps {
  readonly telemetry: TelemetryService;
  readonly events: DispatchEvents;
  readonly alarmEvents: EventFeed<AlarmEvent>;
  readonly auditEvents: EventFeed<LinkedRecord>;
  readonly dataPointChanges: EventFeed<DataPointChanges>;
  readonly backfill: BackfillService;
  readonly log: Log;
  /** Identifies this run of the server. */
  readonly runId: string;
  /** How long a subscriber may exceed its buffer before it is closed. */
  readonly limits: Pick<Limits, "slowClientS">;
  /** Records the time from a frame until all connections have it, in s. */
  readonly observe: (tookS: number) => void;
  /** Left out: there are no traces. */
  readonly tracing?: Tracing | undefined;
}

export function createHub(deps: HubDeps): Hub {
  const { telemetry, backfill } = deps;
  const { log, runId, limits, observe, tracing = NO_TRACING } = deps;
  const sharedQueries = new Map<string, SharedQuery>();
  const counts: StreamCounts = { framesSent: 0, framesMissed: 0, executions: 0 };
  const registry = createSubscriptionRegistry();
  const [ready, laggards] = [createReadyQueue(), createLaggards(limits)];
  const followings = createFollowings(deps, { registry, ready, laggards });

  const leave = telemetry.follow((frame) => {
    if (sharedQueries.size === 0) return;
    const beganMs = performance.now();
    const emit = () => [...sharedQueries.values()].flatMap((it) => it.emit(frame) ?? []);
    sendUnderSpan(tracing, counts, emit);
    observe((performance.now() - beganMs) / 1000);
  });

  function onFailed({ subscriber }: FrameSubscriber, error: unknown): void {
    log.error({ err: error }, "a subscription failed");
    subscriber.end("failed");
    subscriber.sink.end("failed");
  }

  function sharedQueryOf(
    encoder: Encoder,
    { everyTicks, changesOnly }: StreamRequest,
  ): SharedQuery {
    let sharedQuery = sharedQueries.get(encoder.key);
    if (sharedQuery === undefined) {
      sharedQuery = createSharedQuery({
        ...{ encoder, everyTicks, changesOnly, telemetry, counts, onFailed },
      });
      sharedQueries.set(encoder.key, sharedQuery);
    }
    return sharedQuery;
  }

  return {
    join(encoder, request, sink) {
      const sharedQuery = sharedQueryOf(encoder, request);
      const selection = sharedQuery.selectionOf(request);
      const { payloadOf } = selection;
      const onSent = () => void counts.framesSent++;
      const source = createFrameSource({ request, telemetry, payloadOf, onSent });
      const left = registry.enter(sink);
      const subscriber = createSubscriber({
        ...{ sink, source, ready, laggards },
        onEnded(reason) {
          left(reason);
          selection.subscribers.delete(joined);
          if (selection.subscribers.size === 0 && sharedQuery.dropSelection(request))
            sharedQueries.delete(encoder.key);
        },
        onFailed: (error) => onFailed(joined, error),
      });
      const joined: FrameSubscriber = { subscriber, source };
      selection.subscribers.add(joined);
      const begin = (missed: Missed | undefined) => {
        if (subscriber.state === "ended") return;
        source.begin(missed);
        subscriber.advance();
      };
      const missed = missedBy(request, backfill, runId);
      if (missed instanceof Promise) missed.then(begin, (error) => onFailed(joined, error));
      else begin(missed);
      return subscriber.end;
    },
    ...followings.joins,
    stats: () => ({ ...counts, ...registry.stats() }),
    close() {
      leave();
      followings.close();
      laggards.stop();
    },
  };
}

/** What subscribers of events follow. */
function createFollowings(
  { events, alarmEvents, auditEvents, dataPointChanges }: HubDeps,
  sending: Pick<FollowingDeps<Numbered>, "registry" | "ready" | "laggards">,
) {
  const dispatches = createFollowing({ events, noun: "dispatches", ...sending });
  const alarms = createFollowing({ events: alarmEvents, noun: "alarms", ...sending });
  const audit = createFollowing({ events: auditEvents, noun: "records", ...sending });
  const data = createFollowing({ events: dataPointChanges, noun: "data points", ...sending });
  return {
    joins: {
      follow: dispatches.join,
      followAlarms: alarms.join,
      followAudit: audit.join,
      followDataPoints: data.join,
    },
    close: () => {
      for (const following of [dispatches, alarms, audit, data]) following.close();
    },
  };
}

/** The stored frames that a subscriber missed; undefined where they are unknown. */
function missedBy(
  { after, everyTicks, selectionKey, select }: StreamRequest,
  backfill: BackfillService,
  runId: string,
) {
  if (after === undefined) return NOTHING_YET;
  const { runId: ofRun, timestampMs: afterMs } = after;
  const ofThisRun = ofRun === runId;
  return backfill.missed({ afterMs, ofThisRun, everyTicks, selectionKey, select });
}

/** Sends a frame under one span for all subscribers, which ends once each has it. */
function sendUnderSpan(
  tracing: Tracing,
  counts: Readonly<StreamCounts>,
  emit: () => readonly Promise<unknown>[],
): void {
  const { framesSent, framesMissed, executions } = counts;
  const span = tracing.start("subscriber send");
  const pending = emit();
  const end = () => {
    span.set({
      "mando.frames_sent": counts.framesSent - framesSent,
      "mando.frames_missed": counts.framesMissed - framesMissed,
      "mando.executions": counts.executions - executions,
    });
    span.end();
  };
  if (pending.length === 0) end();
  else void Promise.allSettled(pending).then(end);
}
