// Subscribers that share everything but their selections: one look at a frame serves them all.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import { createChanges } from "./changes.ts";
import type { Payload } from "./payload.ts";
import { createSharedSelection, type SharedSelection } from "./shared-selection.ts";
import type { Encoder, Indexes, StreamEvent, StreamRequest } from "./stream.ts";
import { hasCapacity, hasDrained, type Subscriber } from "./subscriber.ts";

/**
 * Groups that one look at a frame serves. What is made for them dies before it grows old: for 5,000 at once,
 * the collector cost as much as the sending.
 */
const BATCH_SELECTIONS = 256;

/** How long one member may be caught up before ticks and others get their turn, in ms. */
const CATCH_UP_MS = 10;

/** What is counted, from the start of the server. */
export interface StreamCounts {
  framesSent: number;
  framesMissed: number;
  /** Looks at a frame, each for as many subscribers as share it. */
  executions: number;
}

export interface SharedQuery {
  /** The group of a request, made where it is missing. */
  selectionOf(request: StreamRequest): SharedSelection;
  /** Forgets a group without members; true where none is left. */
  dropSelection(request: StreamRequest): boolean;
  /** Sends a frame to all that keep up. */
  emit(frame: Frame): void;
  /** Brings a member up to the latest frame, one by one; from then on it gets what `emit` sends. */
  catchUp(selection: SharedSelection, subscriber: Subscriber): void;
  /** Sends the latest frame, in place of all that it missed, to a member that did not keep up. */
  jump(selection: SharedSelection, subscriber: Subscriber): void;
}

interface SharedQueryDeps {
  readonly encoder: Encoder;
  readonly everyTicks: number;
  readonly changesOnly: boolean;
  readonly telemetry: Pick<TelemetryService, "latest" | "recent">;
  readonly counts: StreamCounts;
  /** Is told of a member that does not keep up, so that it is tried again soon. */
  readonly onBehind: (
    sharedQuery: SharedQuery,
    selection: SharedSelection,
    subscriber: Subscriber,
  ) => void;
  readonly onFailed: (subscriber: Subscriber, error: unknown) => void;
}

/** What a group is sent of a frame. */
interface Due {
  readonly selection: SharedSelection;
  readonly indexes: Indexes;
  /** Whether its assets themselves changed, so that it must be told the whole state. */
  readonly whole: boolean;
}

export function createSharedQuery(deps: SharedQueryDeps): SharedQuery {
  const { encoder, everyTicks, telemetry, counts } = deps;
  const selections = new Map<string, SharedSelection>();
  const changes = deps.changesOnly ? createChanges(telemetry.latest()) : undefined;
  const isDue = ({ tick }: Frame) => tick % everyTicks === 0;
  let busy = false;

  function send(subscriber: Subscriber, frame: Frame, payload: Payload): void {
    subscriber.sink.send(payload);
    subscriber.sentMs = frame.timestampMs;
    subscriber.missedTicks = 0;
    subscriber.needsSnapshot = false;
    subscriber.behindSinceMs = undefined;
    counts.framesSent++;
  }

  function fallBehind(selection: SharedSelection, subscriber: Subscriber): void {
    if (subscriber.behindSinceMs !== undefined) return;
    subscriber.behindSinceMs = performance.now();
    deps.onBehind(sharedQuery, selection, subscriber);
  }

  function miss(selection: SharedSelection, subscriber: Subscriber): void {
    if (subscriber.missedTicks !== null) subscriber.missedTicks++;
    counts.framesMissed++;
    fallBehind(selection, subscriber);
  }

  /** Sends a member what others do not get; what comes meanwhile it gets afterwards. */
  function sendOwn(selection: SharedSelection, subscriber: Subscriber, event: StreamEvent): void {
    const payload = selection.payloadOf(event);
    if (payload instanceof Promise) sendOnceMade(selection, subscriber, event.frame, payload);
    else send(subscriber, event.frame, payload);
  }

  function sendOnceMade(
    selection: SharedSelection,
    subscriber: Subscriber,
    frame: Frame,
    payload: Promise<Payload>,
  ): void {
    subscriber.catchingUp = true;
    subscriber.awaiting = true;
    payload.then(
      (made) => {
        if (subscriber.ended !== undefined) return;
        subscriber.awaiting = false;
        send(subscriber, frame, made);
        catchUp(selection, subscriber);
      },
      (error) => deps.onFailed(subscriber, error),
    );
  }

  /** What a member that is not up to date is to be sent next; undefined where it has everything. */
  function nextFor(subscriber: Subscriber): StreamEvent | undefined {
    const { missedTicks } = subscriber;
    if (subscriber.needsSnapshot)
      return { frame: telemetry.latest(), kind: "snapshot", missedTicks };
    const stored = subscriber.backlog.shift();
    if (stored !== undefined) return { frame: stored, kind: "tick", missedTicks };
    const recent = telemetry.recent();
    const frame = recent.find((it) => it.timestampMs > subscriber.sentMs && isDue(it));
    const [oldest] = recent;
    if (frame === undefined || oldest === undefined) return undefined;
    const reachedMs = Math.max(subscriber.cutOverMs, subscriber.sentMs + frame.dtS * 1000);
    const lost = oldest.timestampMs > reachedMs;
    return { frame, kind: "tick", missedTicks: lost ? null : missedTicks };
  }

  function catchUp(selection: SharedSelection, subscriber: Subscriber): void {
    if (subscriber.awaiting) return;
    subscriber.catchingUp = true;
    const untilMs = performance.now() + CATCH_UP_MS;
    while (subscriber.ended === undefined) {
      if (performance.now() > untilMs) {
        setImmediate(catchUp, selection, subscriber);
        return;
      }
      if (subscriber.behindSinceMs !== undefined && !hasDrained(subscriber)) return;
      const event = nextFor(subscriber);
      if (event === undefined) {
        subscriber.catchingUp = false;
        return;
      }
      const payload = selection.payloadOf(event);
      if (payload instanceof Promise) {
        sendOnceMade(selection, subscriber, event.frame, payload);
        return;
      }
      send(subscriber, event.frame, payload);
      if (changes && !isDue(event.frame)) {
        // Changes are counted between frames of its rate, and this one lies between two of them.
        subscriber.needsSnapshot = true;
        subscriber.catchingUp = false;
        return;
      }
      if (!hasCapacity(subscriber.sink, payload)) fallBehind(selection, subscriber);
    }
  }

  /** What each group is due of a frame, fewest assets first: nobody waits for those who may not even read theirs. */
  function duesOf(frame: Frame): Due[] {
    const dues: Due[] = [];
    for (const selection of selections.values()) {
      const indexes = selection.indexesIn(frame.table);
      const changed = changes?.among(frame, indexes);
      const whole = changes !== undefined && changed === undefined;
      const waits = () =>
        [...selection.subscribers].some((it) => it.needsSnapshot || it.missedTicks !== 0);
      if (changed?.length === 0 && !waits()) continue;
      dues.push({ selection, indexes: changed ?? indexes, whole });
    }
    changes?.remember(frame);
    const countOf = ({ indexes }: Due) => indexes?.length ?? frame.table.assets.length;
    return dues.sort((a, b) => countOf(a) - countOf(b));
  }

  function deliver(frame: Frame, { selection, whole }: Due, shared: Payload): void {
    for (const subscriber of selection.subscribers) {
      if (subscriber.catchingUp || subscriber.sentMs >= frame.timestampMs) continue;
      const { missedTicks, needsSnapshot } = subscriber;
      const kind = changes ? "snapshot" : "tick";
      if (!hasCapacity(subscriber.sink, shared)) miss(selection, subscriber);
      else if (missedTicks === 0 && !needsSnapshot && !whole) send(subscriber, frame, shared);
      else sendOwn(selection, subscriber, { frame, kind, missedTicks });
    }
  }

  /** Looks at a frame once for several groups, and sends each what it is due. */
  function deliverBatch(frame: Frame, dues: readonly Due[]): Promise<void> | undefined {
    counts.executions++;
    const payloads = encoder.encode(
      { frame, kind: "tick", missedTicks: 0 },
      dues.map(({ indexes }) => indexes),
    );
    const deliverAll = (made: readonly Payload[]) => {
      for (const [n, due] of dues.entries()) deliver(frame, due, made[n] as Payload);
    };
    if (payloads instanceof Promise)
      return payloads.then(deliverAll, (error) => {
        for (const { selection } of dues)
          for (const subscriber of selection.subscribers) deps.onFailed(subscriber, error);
      });
    deliverAll(payloads);
    return undefined;
  }

  const sharedQuery: SharedQuery = {
    selectionOf({ selectionKey, select }) {
      let selection = selections.get(selectionKey);
      if (selection === undefined) {
        selection = createSharedSelection(encoder, select, () => counts.executions++);
        selections.set(selectionKey, selection);
      }
      return selection;
    },
    dropSelection({ selectionKey }) {
      selections.delete(selectionKey);
      return selections.size === 0;
    },
    emit(frame) {
      if (!isDue(frame)) return;
      if (busy) {
        for (const selection of selections.values())
          for (const subscriber of selection.subscribers)
            if (!subscriber.catchingUp) miss(selection, subscriber);
        return;
      }
      const dues = duesOf(frame);
      const pending: Promise<void>[] = [];
      for (let n = 0; n < dues.length; n += BATCH_SELECTIONS) {
        const delivered = deliverBatch(frame, dues.slice(n, n + BATCH_SELECTIONS));
        if (delivered !== undefined) pending.push(delivered);
      }
      if (pending.length === 0) return;
      busy = true;
      void Promise.all(pending).finally(() => {
        busy = false;
      });
    },
    catchUp,
    jump(selection, subscriber) {
      const frame = telemetry.latest();
      if (!isDue(frame) || frame.timestampMs <= subscriber.sentMs || !hasDrained(subscriber))
        return;
      // The latest one was counted among those it missed.
      const missedTicks =
        subscriber.missedTicks === null ? null : Math.max(0, subscriber.missedTicks - 1);
      sendOwn(selection, subscriber, { frame, kind: changes ? "snapshot" : "tick", missedTicks });
    },
  };
  return sharedQuery;
}
