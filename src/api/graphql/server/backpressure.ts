// Backpressure of a WebSocket: it pauses reading while much is buffered for its client.
import type { WebSocket } from "ws";

/** Bytes that may be buffered while a client sends more requests. */
const HIGH_WATER_BYTES = 2 ** 20;

/** The running work for a client. */
export interface Backpressure {
  during<T>(work: Promise<T>): Promise<T>;
  readonly busy: () => number;
}

/**
 * Pauses reading while work runs for a client and much is buffered for it: a client that sends requests and does not read
 * would fill the memory. A client that stays so does not answer a ping either, and is terminated.
 */
export function createBackpressure(socket: WebSocket): Backpressure {
  let busy = 0;
  const isFull = () => busy > 0 && socket.bufferedAmount > HIGH_WATER_BYTES;
  return {
    async during(work) {
      busy++;
      if (isFull()) socket.pause();
      try {
        return await work;
      } finally {
        busy--;
        if (socket.isPaused && !isFull()) socket.resume();
      }
    },
    busy: () => busy,
  };
}
