// One connection on which every request goes, as those of clients that keep it, and of proxies with many users.
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { Json } from "./json.ts";

export interface KeptConnection {
  /** Sends a request with these headers; a query is sent by GraphQL. Throws where it went on another connection. */
  send(
    what: { readonly path: string } | { readonly query: string },
    headers: Record<string, string>,
  ): Promise<{ readonly status: number; readonly body: Json }>;
  close(): void;
}

export function keepConnection({ url }: { readonly url: string }): KeptConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let socket: Socket | undefined;
  return {
    async send(what, headers) {
      const isQuery = "query" in what;
      const sent = request(new URL(isQuery ? "/graphql" : what.path, url), {
        ...{ agent, method: isQuery ? "POST" : "GET" },
        headers: { ...headers, ...(isQuery && { "content-type": "application/json" }) },
      });
      sent.end(isQuery ? JSON.stringify(what) : undefined);
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      socket ??= answer.socket;
      if (socket !== answer.socket) throw new Error("the server has closed the connection");
      return { status: answer.statusCode ?? 0, body: JSON.parse(await text(answer)) as Json };
    },
    close: () => agent.destroy(),
  };
}
