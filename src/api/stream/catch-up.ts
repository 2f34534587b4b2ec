// Catching up of single subscribers: payloads that a subscriber is sent apart from the others of its shared query.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import type { Payload } from "./payload.ts";
import type { Sender } from "./sender.ts";
import type { SharedSelection } from "./shared-selection.ts";
import type { StreamEvent } from "./stream.ts";
import { hasCapacity, hasDrained, type Subscriber } from "./subscriber.ts";

/** How long one subscriber is caught up before the thread is yielded, in ms. */
const CATCH_UP_MS = 10;

interface CatchUpDeps {
  readonly telemetry: Pick<TelemetryService, "latest" | "recent">;
  readonly changesOnly: boolean;
  /** Whether a frame is one of the rate. */
  readonly isDue: (frame: Frame) => boolean;
  readonly sender: Sender;
  readonly onFailed: (subscriber: Subscriber, error: unknown) => void;
}

export interface CatchUp {
  /** Sends a subscriber the frames up to the latest one. */
  begin(selection: SharedSelection, subscriber: Subscriber): void;
  /** Sends the latest frame, in the place of all missed ones, to a subscriber that did not keep up. */
  jump(selection: SharedSelection, subscriber: Subscriber): void;
  /** Sends a payload to one subscriber alone. Frames of the time until it is encoded follow it. */
  sendOwn(selection: SharedSelection, subscriber: Subscriber, event: StreamEvent): void;
}

export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { telemetry, changesOnly, isDue, onFailed } = deps;
  const { send, fallBehind } = deps.sender;

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
      (error) => onFailed(subscriber, error),
    );
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
      const event = nextFor(subscriber, telemetry, isDue);
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
      if (changesOnly && !isDue(event.frame)) {
        // Changes are taken between frames of the rate, and this frame lies between two of them.
        subscriber.needsSnapshot = true;
        subscriber.catchingUp = false;
        return;
      }
      if (!hasCapacity(subscriber.sink, payload)) fallBehind(selection, subscriber);
    }
  }

  return {
    begin: catchUp,
    jump(selection, subscriber) {
      const frame = telemetry.recent().at(-1);
      if (
        frame === undefined ||
        !isDue(frame) ||
        frame.timestampMs <= subscriber.sentMs ||
        !hasDrained(subscriber)
      )
        return;
      // The latest frame was counted as missed.
      const missedTicks =
        subscriber.missedTicks === null ? null : Math.max(0, subscriber.missedTicks - 1);
      sendOwn(selection, subscriber, {
        frame,
        kind: changesOnly ? "snapshot" : "tick",
        missedTicks,
      });
    },
    sendOwn,
  };
}

/** The next event of a subscriber that is not up to date; undefined where it is. */
function nextFor(
  subscriber: Subscriber,
  telemetry: CatchUpDeps["telemetry"],
  isDue: CatchUpDeps["isDue"],
): StreamEvent | undefined {
  const { missedTicks } = subscriber;
  if (subscriber.needsSnapshot) return { frame: telemetry.latest(), kind: "snapshot", missedTicks };
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
