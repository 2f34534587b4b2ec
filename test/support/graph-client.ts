// A client of one application over GraphQL: it sends operations, and follows events of dispatches.

import { type Client, createClient } from "graphql-ws";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { type ApplicationUnderTest, DT_MS } from "./application-under-test.ts";
import type { Json } from "./json.ts";

export interface EventData {
  readonly cursor: string;
  readonly timestamp: string;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string | null;
  readonly dispatch: { readonly id: string; readonly mw: number; readonly asset: { id: string } };
}

export const FOLLOW = `subscription ($assetIds: [ID!], $siteIds: [ID!], $after: String) {
  dispatchEvents(assetIds: $assetIds, siteIds: $siteIds, after: $after) {
    cursor timestamp from to reason dispatch { id mw asset { id } } } }`;

interface Answer {
  readonly data: Json;
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

export type GraphClient = ReturnType<typeof createGraphClient>;

/** @param token Of subscriptions; left out: they have none. */
export function createGraphClient({ url, clock }: ApplicationUnderTest, token?: string) {
  const clients: Client[] = [];

  async function call(query: string, variables: object = {}): Promise<Answer> {
    const answer = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await answer.json()) as Answer;
  }

  /** A subscription on a WebSocket of its own. */
  function open<T>(query: string, variables: Record<string, unknown> = {}) {
    const client = createClient({
      url: `${url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      ...(token !== undefined && { connectionParams: { authorization: `Bearer ${token}` } }),
    });
    clients.push(client);
    const results = client.iterate<T>({ query, variables });
    return {
      client,
      results,
      async next(): Promise<T> {
        const { value } = await results.next();
        if (value?.errors) throw new Error(JSON.stringify(value.errors));
        return value?.data as T;
      },
    };
  }

  /** Subscribers that the server has. */
  async function activeCount(): Promise<number> {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^mando_subscriptions_active (\d+)$/m.exec(metrics)?.[1]);
  }

  return {
    call,
    open,
    activeCount,
    /** Follows dispatches; resolves once that is so. */
    async follow(variables: Record<string, unknown> = {}) {
      const before = await activeCount();
      const opened = open<{ dispatchEvents: EventData }>(FOLLOW, variables);
      await expect.poll(activeCount).toBe(before + 1);
      return { ...opened, next: async () => (await opened.next()).dispatchEvents };
    },
    /** Runs ticks, with a turn of the event loop after each. */
    async run(ticks: number): Promise<void> {
      for (let tick = 0; tick < ticks; tick++) {
        clock.advance(DT_MS);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async close(): Promise<void> {
      for (const client of clients.splice(0)) await client.dispose();
    },
  };
}
