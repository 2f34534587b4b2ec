// One subscriber: what it has, what it missed, and how much waits in its connection.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Payload } from "./payload.ts";
import type { EndReason, Sink } from "./stream.ts";

/** Bytes that may wait for a client before the latest frame wins; or two of its frames, if they are more. */
const HIGH_WATER_BYTES = 2 ** 20;

export interface Subscriber {
  readonly sink: Sink;
  /** Instant of the last frame that it has, in ms since the epoch. */
  sentMs: number;
  /** Frames of its rate that it did not get since; null where unknown. */
  missedTicks: number | null;
  /** Whether it must be told the whole state next. */
  needsSnapshot: boolean;
  /** Whether it is still being sent what came before, and takes no live frames. */
  catchingUp: boolean;
  /** Whether a payload is being made for it alone, after which it is caught up. */
  awaiting: boolean;
  /** Frames from the store that it is to be sent first. */
  backlog: Frame[];
  /** Frames before this instant it has, or they are in its backlog. */
  cutOverMs: number;
  /** Since when it does not keep up, in ms of the machine's time. */
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

/** Whether a payload may be sent without more waiting in the connection than is allowed. */
export function hasCapacity(sink: Sink, { length }: Payload): boolean {
  const waiting = sink.bufferedBytes();
  return waiting === 0 || waiting + length <= Math.max(HIGH_WATER_BYTES, 2 * length);
}

/** Whether so little waits that it is worth making another payload. */
export function hasDrained({ sink }: Subscriber): boolean {
  return sink.bufferedBytes() < HIGH_WATER_BYTES / 2;
}
