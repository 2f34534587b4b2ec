// Sends the operations of GraphiQL: subscriptions over WebSocket, everything else by POST.
import type { DocumentNode } from "graphql";
import { type Client, createClient, type Sink, type SubscribePayload } from "graphql-ws";

/** What GraphiQL entered beside the operation. */
interface Entered {
  readonly headers?: Readonly<Record<string, string>>;
  readonly documentAST?: DocumentNode;
}

interface Observable {
  subscribe(sink: Sink<unknown>): { unsubscribe(): void };
}

type Fetcher = (operation: SubscribePayload, entered?: Entered) => Promise<unknown> | Observable;

/** Headers are sent with each request, and at the opening of each WebSocket, in lower case on both. */
export function createFetcher(url: string): Fetcher {
  return (operation, entered) => {
    const headers = Object.fromEntries(new Headers(entered?.headers));
    return isSubscription(operation, entered?.documentAST)
      ? follow(createSocket(url, headers), operation)
      : post(url, headers, operation);
  };
}

const createSocket = (url: string, connectionParams: Record<string, string>) =>
  createClient({ url: url.replace(/^http/, "ws"), connectionParams, retryAttempts: 0 });

function isSubscription({ operationName }: SubscribePayload, document?: DocumentNode): boolean {
  const definitions = document?.definitions ?? [];
  return definitions.some(
    (definition) =>
      definition.kind === "OperationDefinition" &&
      definition.operation === "subscription" &&
      (!operationName || definition.name?.value === operationName),
  );
}

async function post(url: string, headers: Record<string, string>, operation: SubscribePayload) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(operation),
  });
  return answer.json();
}

const follow = (client: Client, operation: SubscribePayload): Observable => ({
  subscribe(sink) {
    const error = (fault: unknown) => sink.error(asError(fault));
    return { unsubscribe: client.subscribe(operation, { ...sink, error }) };
  },
});

/** A closed socket ends a subscription with its code and reason. */
function asError(fault: unknown): unknown {
  const { code, reason } = (fault ?? {}) as { code?: number; reason?: string };
  return code === undefined ? fault : new Error(`The socket was closed: ${code} ${reason ?? ""}`);
}
