// Sessions: the client of a request or of a connection, by the token that it carries, for as long as its sign-in lasts.
import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { Fault } from "../../domain/base/fault.ts";
import { ANONYMOUS, type Channel, type Identity } from "../../domain/identity/principal.ts";
import type { Action } from "../../domain/identity/role.ts";
import { mayDo } from "../../domain/identity/scope.ts";
import type { ClientServices } from "../../services/clients/clients.ts";
import { rolesText } from "../../services/clients/rights.ts";
import type { SentToken, SignInRefusal } from "../../services/identity/authenticator.ts";
import { bearerOf, createBearerTokens } from "./bearer.ts";
import type { ClientAddress } from "./client-address.ts";
import { type Problem, problem } from "./problem.ts";
import type { Services } from "./services.ts";
import { createSessionWatch } from "./session-watch.ts";

export interface Session {
  readonly client: ClientServices;
  /** Whether the schema may be revealed: the client has signed in, or need not. */
  readonly isSignedIn: boolean;
  /** Why an action is not granted anywhere; undefined where it is. The attempt is in the audit log. @param target What was requested. */
  refuse(action: Action, target: string): Problem | undefined;
  /**
   * Calls once where the sign-in ends while a connection lasts: it has expired, was withdrawn, or has other rights now.
   *
   * @returns What ends the watch.
   */
  watch(onEnded: (why: Problem) => void): () => void;
}

declare module "hono" {
  interface ContextVariableMap {
    session: Session;
  }
}

/** The services of the client that sent a request. */
export function clientOf(c: Context): ClientServices {
  return c.get("session").client;
}

export interface Sessions {
  /**
   * The session of a request; or why its token is not accepted.
   *
   * @param header The text of an Authorization header. Left out: that of the request.
   */
  begin(
    request: IncomingMessage,
    channel: Channel,
    header?: string,
  ): Session | Problem | Promise<Session | Problem>;
  /** The session of a client that has sent no token, whatever it sent. */
  anonymous(request: IncomingMessage, channel: Channel): Session;
  close(): void;
}

/** Channels and addresses of one identity whose sessions are retained. */
const MOST_PLACES = 1_000;

export function createSessions(
  services: Pick<Services, "as" | "authenticator" | "audit">,
  addressOf: ClientAddress,
): Sessions {
  const { authenticator, audit, as } = services;
  const watch = createSessionWatch(authenticator);
  const tokenOf = createBearerTokens(authenticator.read);
  /** An identity stands for one token, and sends many requests: to make a session takes as long as to answer one. */
  const known = new WeakMap<Identity, Map<string, Session>>();

  function sessionOf(
    identity: Identity,
    address: string,
    channel: Channel,
    token: SentToken | undefined,
  ): Session {
    const ofIdentity = known.get(identity) ?? new Map<string, Session>();
    const place = `${channel} ${address}`;
    const found = ofIdentity.get(place);
    if (found !== undefined) return found;
    const made = createSession(identity, channel, address, token);
    if (ofIdentity.size >= MOST_PLACES) ofIdentity.clear();
    known.set(identity, ofIdentity.set(place, made));
    return made;
  }

  function createSession(
    identity: Identity,
    channel: Channel,
    address: string,
    token: SentToken | undefined,
  ): Session {
    const client = as({ ...identity, channel, address });
    const isAnonymous = identity.id === ANONYMOUS;
    return {
      client,
      isSignedIn: !isAnonymous || authenticator.mode() === "open",
      refuse(action, target) {
        if (mayDo(identity.grants, action)) return undefined;
        const refused = isAnonymous ? signInFirst() : notGranted(action);
        // A page that reads before its visitor signs in attempts nothing.
        if (!isAnonymous || action !== "read") {
          const { code, detail: reason } = refused;
          audit.refuse(client.principal, { action: "access", target, code, reason });
        }
        return refused;
      },
      watch: (onEnded) => watch.add({ token, address, identity, onEnded }),
    };
  }

  function anonymous(request: IncomingMessage, channel: Channel): Session {
    const address = addressOf(request);
    const identity = authenticator.identify(undefined, address);
    if (!("grants" in identity)) throw new Error("bug: a client without a token is anonymous");
    return sessionOf(identity, address, channel, undefined);
  }

  function refused(refusal: SignInRefusal, request: IncomingMessage, channel: Channel): Problem {
    const { code, message, retryAfterS } = refusal;
    const { principal } = anonymous(request, channel).client;
    audit.refuse(principal, {
      action: "sign_in",
      target: targetOf(request),
      code,
      reason: message,
    });
    return problem(code, message, retryAfterS === undefined ? {} : { retry_after_s: retryAfterS });
  }

  return {
    begin(request, channel, header) {
      const token = tokenOf(request, header);
      const address = addressOf(request);
      const made = (found: Identity | SignInRefusal) =>
        "grants" in found
          ? sessionOf(found, address, channel, token)
          : refused(found, request, channel);
      const found = authenticator.identify(token, address);
      return found instanceof Promise ? found.then(made).catch(faultProblem) : made(found);
    },
    anonymous,
    close: watch.close,
  };
}

/** The challenge of a response that refuses for the sign-in (RFC 6750, 3). */
export function challengeHeaders(
  { code }: Pick<Problem, "code">,
  { authorization }: IncomingMessage["headers"],
): Record<string, string> {
  if (code !== "UNAUTHORIZED") return {};
  const isWrong = bearerOf(authorization) !== undefined;
  return { "www-authenticate": isWrong ? 'Bearer error="invalid_token"' : "Bearer" };
}

/** The method and path of a request, without its query. */
function targetOf({ method, url = "" }: IncomingMessage): string {
  return `${method} ${url.split("?", 1)[0]?.slice(0, LONGEST_TARGET)}`;
}
const LONGEST_TARGET = 200;

/** The problem of a token that cannot be checked now. */
function faultProblem(error: unknown): Problem {
  if (error instanceof Fault) return problem(error.code, error.message);
  throw error;
}

function signInFirst(): Problem {
  return problem(
    "UNAUTHORIZED",
    "no token came: sign in, and send the header Authorization: Bearer <token>",
  );
}

function notGranted(action: Action): Problem {
  const detail = `this needs the role ${rolesText(action)}: have an admin grant it`;
  return problem("FORBIDDEN", detail);
}
