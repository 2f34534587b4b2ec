// The frames of one subscriber: the whole state or the missed frames first, then each, and of those it was too slow for
// the newest.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Missed } from "../../services/telemetry/backfill.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import type { Payload } from "./payload.ts";
import type { StreamEvent, StreamRequest } from "./stream.ts";
import type { Source } from "./subscriber.ts";

/** The place of a subscriber in the stream of frames. */
export interface FramePlace {
  /** Instant of the last frame that it has, in ms since the epoch. */
  sentMs: number;
  /** Frames of its rate that were published since and not sent; null where unknown. */
  missedTicks: number | null;
  /** Whether the whole state is to be sent next. */
  needsSnapshot: boolean;
  /** Whether the next frame of its rate is to be sent whole. */
  needsWhole: boolean;
  /** Frames from the store that are to be sent first. */
  backlog: readonly Frame[];
  /** Frames before this instant were sent, or are in its backlog. */
  cutOverMs: number;
}

export interface FrameSource extends Source {
  readonly place: FramePlace;
  /** Notes that a frame that is already among the recent ones is not sent at once. */
  miss(): void;
  /** Notes that a frame was sent at once. */
  took(frame: Frame): void;
  /** Sets where the subscriber begins: with the whole state, or after the last frame that it has. */
  begin(missed: Missed | undefined): void;
}

export interface FrameSourceDeps {
  readonly request: StreamRequest;
  readonly telemetry: Pick<TelemetryService, "latest" | "recent">;
  readonly payloadOf: (event: StreamEvent) => Payload | Promise<Payload>;
  readonly onSent: () => void;
}

export function createFrameSource(deps: FrameSourceDeps): FrameSource {
  const { request, telemetry, payloadOf, onSent } = deps;
  const { changesOnly, everyTicks, after } = request;
  const isDue = ({ tick }: Frame) => tick % everyTicks === 0;
  const place: FramePlace = {
    ...{ sentMs: -Infinity, missedTicks: 0, needsSnapshot: false, needsWhole: false },
    ...{ backlog: [], cutOverMs: -Infinity },
  };
  let offered: Frame | undefined;

  function took(frame: Frame): void {
    place.sentMs = frame.timestampMs;
    place.missedTicks = 0;
    place.needsSnapshot = false;
    // Changes are taken between frames of the rate: one that lies between two of them is no frame to compare with.
    place.needsWhole = changesOnly && !isDue(frame);
    onSent();
  }

  function nextEvent(): StreamEvent | undefined {
    const { missedTicks, sentMs } = place;
    if (place.needsSnapshot) return { frame: telemetry.latest(), kind: "snapshot", missedTicks };
    const [stored] = place.backlog;
    if (stored !== undefined) return { frame: stored, kind: "tick", missedTicks };
    const recent = telemetry.recent();
    const isNext = (it: Frame) => it.timestampMs > sentMs && isDue(it);
    if (missedTicks !== 0) {
      const frame = recent.findLast(isNext);
      if (frame === undefined) return undefined;
      const kind = changesOnly ? "snapshot" : "tick";
      return { frame, kind, missedTicks: missedTicks && missedTicks - 1 };
    }
    const frame = recent.find(isNext);
    if (frame === undefined) return undefined;
    const reachedMs = Math.max(place.cutOverMs, sentMs + frame.dtS * 1000);
    const isLost = (recent[0] as Frame).timestampMs > reachedMs;
    return { frame, kind: "tick", missedTicks: isLost ? null : 0 };
  }

  return {
    place,
    took,
    next() {
      const event = nextEvent();
      offered = event?.frame;
      return event && payloadOf(event);
    },
    sent() {
      const frame = offered as Frame;
      if (place.backlog[0] === frame) place.backlog = place.backlog.slice(1);
      took(frame);
    },
    reached() {},
    miss() {
      if (place.missedTicks !== null) place.missedTicks++;
    },
    begin(missed) {
      if (missed === undefined) place.missedTicks = null;
      if (missed === undefined || after === undefined) {
        place.needsSnapshot = true;
        return;
      }
      place.sentMs = after.timestampMs;
      place.cutOverMs = missed.cutOverMs;
      if (!changesOnly) {
        place.backlog = missed.frames;
        return;
      }
      // Changes of missed frames are not accumulated: the whole state follows instead.
      const recent = telemetry.recent();
      const later = recent.filter((it) => isDue(it) && it.timestampMs > after.timestampMs);
      place.missedTicks = missed.frames.length + later.length;
      place.needsSnapshot = true;
    },
  };
}
