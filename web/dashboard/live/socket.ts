// A WebSocket for subscriptions, which reconnects by itself, for ever.
import { type Client, createClient } from "graphql-ws";
import { pause, waitMs } from "./pause.ts";

/** Interval of pings, and the longest wait for a pong, in ms. */
const PING_MS = 10_000;
const PONG_MS = 5000;
/** How long an attempt to connect may take, in ms: one that gets no answer would keep others waiting too. */
const ATTEMPT_MS = 8000;

/** @param onLost Is called whenever it closes, or an attempt to open it fails. */
export function openSocket(url: string, onLost: () => void = () => {}): Client {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const allow = (ms: number) => {
    clearTimeout(overdue);
    overdue = setTimeout(() => client.terminate(), ms);
  };
  const client = createClient({
    url,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (failures) => pause(waitMs(failures)),
    keepAlive: PING_MS,
    on: {
      connecting: () => allow(ATTEMPT_MS),
      connected: () => clearTimeout(overdue),
      ping(isReceived) {
        // A lost network closes nothing.
        if (!isReceived) allow(PONG_MS);
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
