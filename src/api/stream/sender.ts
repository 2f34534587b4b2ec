// Sends frames to single subscribers, and counts them.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Payload } from "./payload.ts";
import type { SharedSelection } from "./shared-selection.ts";
import type { Subscriber } from "./subscriber.ts";

/** Counters since the start of the server. */
export interface StreamCounts {
  framesSent: number;
  framesMissed: number;
  /** Executions on a frame, each for all subscribers that share it. */
  executions: number;
}

export interface Sender {
  /** Sends a payload of a frame. */
  send(subscriber: Subscriber, frame: Frame, payload: Payload): void;
  /** Counts a frame that is not sent to a subscriber. */
  miss(selection: SharedSelection, subscriber: Subscriber): void;
  /** Marks a subscriber whose buffer is full. */
  fallBehind(selection: SharedSelection, subscriber: Subscriber): void;
}

/** @param onBehind Called with a subscriber that does not keep up, for a retry soon. */
export function createSender(
  counts: StreamCounts,
  onBehind: (selection: SharedSelection, subscriber: Subscriber) => void,
): Sender {
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
    onBehind(selection, subscriber);
  }

  function miss(selection: SharedSelection, subscriber: Subscriber): void {
    if (subscriber.missedTicks !== null) subscriber.missedTicks++;
    counts.framesMissed++;
    fallBehind(selection, subscriber);
  }

  return { send, miss, fallBehind };
}
