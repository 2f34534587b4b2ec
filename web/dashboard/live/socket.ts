// A WebSocket for subscriptions, which reconnects by itself, for ever.
import { type Client, CloseCode, createClient } from "graphql-ws";
import type { Access } from "../../sign-in/access.ts";
import { pause, waitMs } from "./pause.ts";

/** Interval of pings, and the longest wait for a pong, in ms. */
const PING_MS = 10_000;
const PONG_MS = 5000;
/** How long an attempt to connect may take, in ms: one that gets no answer would keep others waiting too. */
const ATTEMPT_MS = 8000;

/** What signs in a connection: the access of the page, or what it gave to its worker. */
export type SocketAccess = Pick<Access, "authorization" | "another">;

interface SocketOptions {
  readonly access: SocketAccess;
  /** Is called whenever it closes, or an attempt to open it fails; not where another credential is needed. */
  readonly onLost?: () => void;
}

export function openSocket(url: string, { access, onLost = () => {} }: SocketOptions): Client {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  /** What the connection was signed in with. */
  let used: string | undefined;
  /** Settles once it can connect again, where the server ended its sign-in. */
  let signedIn: Promise<void> | undefined;
  /** Whether the server accepted the credential of the connection. */
  let isAccepted = false;
  const allow = (ms: number) => {
    clearTimeout(overdue);
    overdue = setTimeout(() => client.terminate(), ms);
  };
  const waitFor = (sign: () => Promise<void>) => {
    signedIn ??= sign().finally(() => {
      signedIn = undefined;
    });
    return signedIn;
  };
  const another = () => access.another(used);
  const client = createClient({
    url,
    // The credential of this moment, as one that was renewed since.
    async connectionParams() {
      used = await access.authorization();
      return used === undefined ? {} : { authorization: used };
    },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (failures) => signedIn ?? pause(waitMs(failures)),
    keepAlive: PING_MS,
    on: {
      connecting: () => allow(ATTEMPT_MS),
      connected() {
        clearTimeout(overdue);
        isAccepted = true;
      },
      ping(isReceived) {
        // A lost network closes nothing.
        if (!isReceived) allow(PONG_MS);
      },
      pong(isReceived) {
        if (isReceived) clearTimeout(overdue);
      },
      message(message) {
        // A connection without a credential may be open, and have operations refused.
        if (message.type === "error" && message.payload.some(isUnauthorized))
          void waitFor(another).then(() => client.terminate());
      },
      closed(event) {
        clearTimeout(overdue);
        const isSignedOut = SIGNED_OUT_CODES.has((event as { code?: number }).code);
        // One that was accepted has expired, and is renewed, or has other roles now: it is tried once more.
        if (isSignedOut) void waitFor(isAccepted ? pauseBriefly : another);
        else onLost();
        isAccepted = false;
      },
    },
  });
  return client;
}

/** Codes by which the server closes a connection whose credential is not accepted, or is over. */
const SIGNED_OUT_CODES: ReadonlySet<unknown> = new Set([
  CloseCode.Unauthorized,
  CloseCode.Forbidden,
]);

const pauseBriefly = () => pause(0);

const isUnauthorized = ({ extensions }: { extensions?: { code?: unknown } }) =>
  extensions?.code === "UNAUTHORIZED";
