// Delivers a frame to all selections of a shared query: one execution for many of them.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { FrameSource } from "./frame-source.ts";
import type { Payload } from "./payload.ts";
import type { FrameSubscriber, SharedSelection } from "./shared-selection.ts";
import type { Encoder, Indexes } from "./stream.ts";
import { hasCapacity } from "./subscriber.ts";

/** Counters since the start of the server. */
export interface StreamCounts {
  framesSent: number;
  framesMissed: number;
  /** Executions on a frame, each for all subscribers that share it. */
  executions: number;
}

/**
 * Selections that one execution serves. Its objects are garbage while they are young: with 5,000 selections at once,
 * garbage collection took as long as the sending.
 */
const BATCH_SELECTIONS = 256;

/** The part of a frame that a selection is sent. */
export interface Due {
  readonly selection: SharedSelection;
  readonly indexes: Indexes;
  /** Whether the set of its assets changed, so that the whole state is to be sent. */
  readonly whole: boolean;
}

interface DeliveryDeps {
  readonly encoder: Encoder;
  readonly counts: StreamCounts;
  readonly onFailed: (subscriber: FrameSubscriber, error: unknown) => void;
}

export interface Delivery {
  /** Delivers the parts of a frame; resolves once they are encoded, and is undefined where they are at once. */
  deliver(frame: Frame, dues: readonly Due[]): Promise<unknown> | undefined;
  /** Counts a frame that no subscriber of a selection is sent. */
  miss(selection: SharedSelection): void;
}

/** Whether a subscriber has all frames but the newest one, and is sent that as it is for all. */
function isUpToDate({ place }: FrameSource): boolean {
  return place.missedTicks === 0 && !place.needsSnapshot && !place.needsWhole;
}

/** Whether a subscriber is sent each frame in its turn, also those that are published meanwhile. */
function isInOrder({ subscriber, source }: FrameSubscriber): boolean {
  const { state } = subscriber;
  return state === "catching up" || (state === "behind" && source.place.missedTicks === 0);
}

/** Whether some subscriber of a selection is to be sent more than what changed. */
export function isAwaited({ subscribers }: SharedSelection): boolean {
  return [...subscribers].some(({ source }) => !isUpToDate(source));
}

export function createDelivery({ encoder, counts, onFailed }: DeliveryDeps): Delivery {
  function missOne({ subscriber, source }: FrameSubscriber): void {
    source.miss();
    counts.framesMissed++;
    subscriber.fallBehind();
  }

  function deliverOne(frame: Frame, { selection, whole }: Due, shared: Payload): void {
    for (const it of selection.subscribers) {
      const { subscriber, source } = it;
      if (isInOrder(it) || source.place.sentMs >= frame.timestampMs) continue;
      if (!hasCapacity(subscriber.sink, shared)) missOne(it);
      else if (isUpToDate(source) && !whole) {
        subscriber.sink.send(shared);
        source.took(frame);
      } else {
        // It is sent this one as the newest of those that it missed.
        source.miss();
        subscriber.advance();
      }
    }
  }

  /** Executes once for several selections, and sends each its part. */
  function deliverBatch(frame: Frame, dues: readonly Due[]): Promise<void> | undefined {
    counts.executions++;
    const payloads = encoder.encode(
      { frame, kind: "tick", missedTicks: 0 },
      dues.map(({ indexes }) => indexes),
    );
    const deliverAll = (made: readonly Payload[]) => {
      for (const [n, due] of dues.entries()) deliverOne(frame, due, made[n] as Payload);
    };
    if (payloads instanceof Promise)
      return payloads.then(deliverAll, (error) => {
        for (const { selection } of dues)
          for (const subscriber of selection.subscribers) onFailed(subscriber, error);
      });
    deliverAll(payloads);
    return undefined;
  }

  return {
    deliver(frame, dues) {
      const pending: Promise<void>[] = [];
      for (let n = 0; n < dues.length; n += BATCH_SELECTIONS) {
        const delivered = deliverBatch(frame, dues.slice(n, n + BATCH_SELECTIONS));
        if (delivered !== undefined) pending.push(delivered);
      }
      return pending.length === 0 ? undefined : Promise.all(pending);
    },
    miss({ subscribers }) {
      for (const it of subscribers) if (!isInOrder(it)) missOne(it);
    },
  };
}
