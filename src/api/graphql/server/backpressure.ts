// What is still to be done for the client of a WebSocket, and when to read no more of what it asks.
import type { WebSocket } from "ws";

/** Bytes that may wait for a client that asks for more. */
const HIGH_WATER_BYTES = 2 ** 20;

/** The work on behalf of a client, and how much of it there is. */
export interface Backpressure {
  during<T>(work: Promise<T>): Promise<T>;
  readonly busy: () => number;
}

/**
 * Reads no further while a client has answers coming and much that waits to be read: one that asks and does not
 * read would fill our memory. One that stays so answers no ping either.
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
