// What bench/events sends and subscribes, the same for its servers and its clients.
import { randomUUID } from "node:crypto";
import { assetId } from "./lateness-attacks.ts";

export const TRANSPORTS = ["websocket", "sse"] as const;
export type Transport = (typeof TRANSPORTS)[number];

export const DISPATCHES = 5_000;
export const SUBSCRIBERS = 500;
/** In each request. */
export const IN_BULK = 500;

export const OPERATION = {
  query:
    "subscription { dispatchEvents { cursor timestamp from to dispatch { id mw startAt status asset { id } } } }",
};

/** Dispatches for a time to come, each of an asset of its own: one event each, and none before the round has ended. */
export function bulkOf(first: number, startMs: number): object {
  const start_at = new Date(startMs).toISOString();
  const dispatches = Array.from({ length: IN_BULK }, (_, n) => ({
    ...{ asset_id: assetId(first + n), mw: ((first + n) % 11) - 5, duration_s: 60, start_at },
    on_shortfall: "curtail",
  }));
  return { dispatches };
}

/** An event as long as that of Mando, with as much that differs from one to the next. */
export function plainEvent(index: number, startMs: number): string {
  const dispatch = {
    ...{ id: randomUUID(), mw: (index % 11) - 5, asset: { id: assetId(index) } },
    ...{ startAt: new Date(startMs).toISOString(), status: "ACCEPTED" },
  };
  const timestamp = new Date().toISOString();
  const cursor = Buffer.from(`1.${1_000_000 + index}`).toString("base64url");
  const event = { cursor, timestamp, from: null, to: "ACCEPTED", dispatch };
  return JSON.stringify({ data: { dispatchEvents: event } });
}
