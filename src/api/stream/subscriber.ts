// A subscriber of a stream: its state, and the steps in which it is sent what it lacks.
import type { Payload } from "./payload.ts";
import type { EndReason, Sink } from "./stream.ts";

/**
 * `catching up`: it is sent what it lacks in steps, and nothing past them. `live`: it has everything. `behind`: its
 * buffer is full, and nothing is encoded for it until the client has read. `ended`: it is sent no more.
 */
export type SubscriberState = "catching up" | "live" | "behind" | "ended";

/** What a subscriber is sent: the newest frame, or each event in order. */
export interface Source {
  /** The next payload that the subscriber lacks; undefined where it lacks none. The same again where it was not sent. */
  next(): Payload | undefined | Promise<Payload | undefined>;
  /** The payload of the last `next` was sent. */
  sent(): void;
  /** The subscriber has everything. */
  reached(): void;
}

export interface Subscriber {
  readonly sink: Sink;
  /** Changed by the subscriber alone. */
  state: SubscriberState;
  /**
   * Sends what the subscriber lacks, until it lacks nothing, its buffer is full, or the turn is over: the rest follows
   * in later turns.
   *
   * @param untilMs When the turn is over, in ms of the machine's time.
   */
  advance(untilMs?: number): void;
  /** Notes that a payload had no room in the buffer: it is retried soon. */
  fallBehind(): void;
  /** Ends the subscription; a second call does nothing. */
  end(reason: EndReason): void;
}

/** Subscribers that are advanced later. */
export interface Waiting {
  /** Adds a subscriber; once where it is called again. */
  add(subscriber: Subscriber): void;
  remove(subscriber: Subscriber): void;
}

export interface SubscriberDeps {
  readonly sink: Sink;
  readonly source: Source;
  /** Advances a subscriber in its turn. */
  readonly ready: Waiting;
  /** Advances a subscriber once its buffer is empty enough. */
  readonly laggards: Waiting;
  readonly onEnded: (reason: EndReason) => void;
  readonly onFailed: (error: unknown) => void;
}

/** How long subscribers are sent what they lack before the thread is yielded, in ms. */
export const TURN_MS = 10;
/** Bytes that may be buffered for a client before it is behind; or two of its payloads, if those are more. */
const HIGH_WATER_BYTES = 2 ** 20;

export function createSubscriber(deps: SubscriberDeps): Subscriber {
  const { sink, source, ready, laggards, onEnded, onFailed } = deps;
  /** Whether a payload is being encoded for it alone. */
  let isEncoding = false;
  const hasEnded = () => subscriber.state === "ended";

  /** Sends a payload; false where the subscriber needs no further one now. */
  function give(payload: Payload | undefined): boolean {
    if (hasEnded()) return false;
    if (payload === undefined) {
      subscriber.state = "live";
      source.reached();
      return false;
    }
    if (!hasCapacity(sink, payload)) {
      subscriber.fallBehind();
      return false;
    }
    sink.send(payload);
    source.sent();
    return true;
  }

  function giveOnceMade(made: Promise<Payload | undefined>): void {
    isEncoding = true;
    made.then(
      (payload) => {
        isEncoding = false;
        if (give(payload)) subscriber.advance();
      },
      (error) => {
        if (!hasEnded()) onFailed(error);
      },
    );
  }

  /** Whether it is still to be sent something, in a later turn. */
  function giveUntil(untilMs: number): boolean {
    for (;;) {
      const next = source.next();
      if (next instanceof Promise) {
        giveOnceMade(next);
        return false;
      }
      if (!give(next)) return false;
      if (performance.now() >= untilMs) return true;
    }
  }

  const subscriber: Subscriber = {
    sink,
    state: "catching up",
    advance(untilMs = performance.now() + TURN_MS) {
      if (isEncoding || hasEnded()) return;
      if (subscriber.state === "behind") laggards.remove(subscriber);
      subscriber.state = "catching up";
      // What is sent in one turn is one write.
      sink.cork();
      try {
        if (giveUntil(untilMs)) ready.add(subscriber);
      } catch (error) {
        onFailed(error);
      } finally {
        sink.uncork();
      }
    },
    fallBehind() {
      subscriber.state = "behind";
      laggards.add(subscriber);
    },
    end(reason) {
      if (hasEnded()) return;
      subscriber.state = "ended";
      laggards.remove(subscriber);
      ready.remove(subscriber);
      onEnded(reason);
    },
  };
  return subscriber;
}

/** Whether the buffer of a connection has room for a payload. */
export function hasCapacity(sink: Sink, { length }: Payload): boolean {
  const waiting = sink.bufferedBytes();
  return waiting === 0 || waiting + length <= Math.max(HIGH_WATER_BYTES, 2 * length);
}

/** Whether the buffer is empty enough to encode another payload. */
export function hasDrained(sink: Sink): boolean {
  return sink.bufferedBytes() < HIGH_WATER_BYTES / 2;
}
