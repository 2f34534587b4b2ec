// Sends the operations of GraphiQL: subscriptions over WebSocket, everything else by POST.
import type { DocumentNode } from "graphql";
import { type Client, CloseCode, createClient, type Sink, type SubscribePayload } from "graphql-ws";
import type { Access } from "./sign-in/access.ts";

/** What GraphiQL entered beside the operation. */
interface Entered {
  readonly headers?: Readonly<Record<string, string>>;
  readonly documentAST?: DocumentNode;
}

interface Observable {
  subscribe(sink: Sink<unknown>): { unsubscribe(): void };
}

type Fetcher = (operation: SubscribePayload, entered?: Entered) => Promise<unknown> | Observable;

/**
 * Headers are sent with each request, and at the opening of each WebSocket, in lower case on both. Where they name no
 * credential, that of the page is sent.
 */
export function createFetcher(url: string, access: Access): Fetcher {
  return (operation, entered) => {
    const headers = Object.fromEntries(new Headers(entered?.headers));
    return isSubscription(operation, entered?.documentAST)
      ? follow(createSocket(url, headers, access), operation)
      : post(url, headers, operation, access);
  };
}

/** How often a subscription begins anew with another credential. */
const MOST_SIGN_INS = 3;

function createSocket(url: string, headers: Record<string, string>, access: Access): Client {
  let used: string | undefined;
  let refusals = 0;
  let isAccepted = false;
  return createClient({
    url: url.replace(/^http/, "ws"),
    async connectionParams() {
      used = headers.authorization ?? (await access.authorization());
      return { ...headers, ...(used !== undefined && { authorization: used }) };
    },
    retryAttempts: MOST_SIGN_INS,
    // What was entered is what is tried.
    shouldRetry: (event) =>
      headers.authorization === undefined &&
      (event as { code?: number }).code === CloseCode.Forbidden &&
      ++refusals <= MOST_SIGN_INS,
    async retryWait() {
      // One that was accepted has expired, and is renewed, or has other roles now: it is tried once more.
      if (!isAccepted) await access.another(used);
      isAccepted = false;
    },
    on: {
      connected: () => {
        [isAccepted, refusals] = [true, 0];
      },
    },
  });
}

function isSubscription({ operationName }: SubscribePayload, document?: DocumentNode): boolean {
  const definitions = document?.definitions ?? [];
  return definitions.some(
    (definition) =>
      definition.kind === "OperationDefinition" &&
      definition.operation === "subscription" &&
      (!operationName || definition.name?.value === operationName),
  );
}

async function post(
  url: string,
  headers: Record<string, string>,
  operation: SubscribePayload,
  access: Access,
): Promise<unknown> {
  for (;;) {
    const authorization = headers.authorization ?? (await access.authorization());
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...headers,
        ...(authorization && { authorization }),
      },
      body: JSON.stringify(operation),
    });
    const result = (await answer.json()) as Result;
    const isUnauthorized = result.errors?.some((one) => one.extensions?.code === "UNAUTHORIZED");
    // What was entered is what is tried.
    if (!isUnauthorized || headers.authorization !== undefined) return result;
    // The page sends that by itself: it prompts no person, and goes on once one has signed in.
    if (operation.operationName === "IntrospectionQuery") await signedIn(access);
    else if (!(await access.renew(authorization))) return result;
  }
}

function signedIn({ state, watch }: Access): Promise<void> {
  return new Promise((resolve) => {
    const unwatch = watch(() => {
      if (!state().isSignedIn) return;
      unwatch();
      resolve();
    });
  });
}

interface Result {
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
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
