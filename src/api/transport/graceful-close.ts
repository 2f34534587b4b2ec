// The graceful close of many connections: a few at a time, so that clients do not all reconnect at the same instant.
import { setTimeout as sleep } from "node:timers/promises";

/** Within the time that a server drains its connections. */
const LONGEST_MS = 2_000;
const ROUNDS = 20;
/** So few clients may reconnect at once. */
const BATCH_LEAST = 50;

/** Closes each of them, in batches with uneven pauses, within two seconds. */
export async function closeGracefully<T>(all: Iterable<T>, close: (one: T) => void): Promise<void> {
  const left = [...all];
  const size = Math.max(BATCH_LEAST, Math.ceil(left.length / ROUNDS));
  while (left.length > 0) {
    for (const one of left.splice(0, size)) close(one);
    if (left.length > 0) await sleep((LONGEST_MS / ROUNDS) * (0.5 + Math.random() / 2));
  }
}
