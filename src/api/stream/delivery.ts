// Delivers a frame to all selections of a shared query: one execution for many of them.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { CatchUp } from "./catch-up.ts";
import type { Payload } from "./payload.ts";
import type { Sender, StreamCounts } from "./sender.ts";
import type { SharedSelection } from "./shared-selection.ts";
import type { Encoder, Indexes } from "./stream.ts";
import { hasCapacity, type Subscriber } from "./subscriber.ts";

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
  readonly changesOnly: boolean;
  readonly counts: StreamCounts;
  readonly sender: Sender;
  readonly catchUp: CatchUp;
  readonly onFailed: (subscriber: Subscriber, error: unknown) => void;
}

/** Delivers the parts of a frame; resolves once they are encoded, and is undefined where they are at once. */
export type Deliver = (frame: Frame, dues: readonly Due[]) => Promise<unknown> | undefined;

export function createDelivery(deps: DeliveryDeps): Deliver {
  const { encoder, changesOnly, counts, sender, catchUp, onFailed } = deps;

  function deliver(frame: Frame, { selection, whole }: Due, shared: Payload): void {
    for (const subscriber of selection.subscribers) {
      if (subscriber.catchingUp || subscriber.sentMs >= frame.timestampMs) continue;
      const { missedTicks, needsSnapshot } = subscriber;
      const kind = changesOnly ? "snapshot" : "tick";
      if (!hasCapacity(subscriber.sink, shared)) sender.miss(selection, subscriber);
      else if (missedTicks === 0 && !needsSnapshot && !whole)
        sender.send(subscriber, frame, shared);
      else catchUp.sendOwn(selection, subscriber, { frame, kind, missedTicks });
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
      for (const [n, due] of dues.entries()) deliver(frame, due, made[n] as Payload);
    };
    if (payloads instanceof Promise)
      return payloads.then(deliverAll, (error) => {
        for (const { selection } of dues)
          for (const subscriber of selection.subscribers) onFailed(subscriber, error);
      });
    deliverAll(payloads);
    return undefined;
  }

  return (frame, dues) => {
    const pending: Promise<void>[] = [];
    for (let n = 0; n < dues.length; n += BATCH_SELECTIONS) {
      const delivered = deliverBatch(frame, dues.slice(n, n + BATCH_SELECTIONS));
      if (delivered !== undefined) pending.push(delivered);
    }
    return pending.length === 0 ? undefined : Promise.all(pending);
  };
}
