// A subscriber of telemetry: the frames that it has and missed, and the state of its buffer.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Payload } from "./payload.ts";
import type { EndReason, Sink } from "./stream.ts";

/** Bytes that may be buffered for a client before frames are skipped; or two of its frames, if those are more. */
const HIGH_WATER_BYTES = 2 ** 20;

export interface Subscriber {
  readonly sink: Sink;
  /** Instant of the last frame that it has, in ms since the epoch. */
  sentMs: number;
  /** Frames of its rate that were not sent since; null where unknown. */
  missedTicks: number | null;
  /** Whether the whole state is to be sent next. */
  needsSnapshot: boolean;
  /** Whether earlier frames are still being sent, and no live ones. */
  catchingUp: boolean;
  /** Whether a payload is being encoded for it alone, after which it is caught up. */
  awaiting: boolean;
  /** Frames from the store that are to be sent first. */
  backlog: Frame[];
  /** Frames before this instant were sent, or are in its backlog. */
  cutOverMs: number;
  /** When it fell behind, in ms of the machine's time. */
  behindSinceMs: number | undefined;
  ended: EndReason | undefined;
}

export function createSubscriber(sink: Sink): Subscriber {
  return {
    sink,
    sentMs: -Infinity,
    missedTicks: 0,
    needsSnapshot: false,
    catchingUp: true,
    awaiting: false,
    backlog: [],
    cutOverMs: -Infinity,
    behindSinceMs: undefined,
    ended: undefined,
  };
}

/** Whether the buffer of a connection has room for a payload. */
export function hasCapacity(sink: Sink, { length }: Payload): boolean {
  const waiting = sink.bufferedBytes();
  return waiting === 0 || waiting + length <= Math.max(HIGH_WATER_BYTES, 2 * length);
}

/** Whether the buffer is empty enough to encode another payload. */
export function hasDrained({ sink }: Subscriber): boolean {
  return sink.bufferedBytes() < HIGH_WATER_BYTES / 2;
}
