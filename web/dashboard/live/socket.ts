// A WebSocket for subscriptions, which reconnects by itself, for ever.
import { type Client, createClient } from "graphql-ws";

/** Interval of pings, and the longest wait for a pong, in ms. */
const PING_MS = 10_000;
const PONG_MS = 5000;
const LONGEST_WAIT_MS = 5000;

/** @param onLost Is called whenever it closes, or an attempt to open it fails. */
export function openSocket(url: string, onLost: () => void = () => {}): Client {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** retries, LONGEST_WAIT_MS))),
    keepAlive: PING_MS,
    on: {
      ping(isReceived) {
        // A lost network closes nothing.
        if (!isReceived) overdue = setTimeout(() => client.terminate(), PONG_MS);
      },
      pong(isReceived) {
        if (isReceived) clearTimeout(overdue);
      },
      closed() {
        clearTimeout(overdue);
        onLost();
      },
    },
  });
  return client;
}
