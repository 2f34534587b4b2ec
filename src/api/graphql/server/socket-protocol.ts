// The protocol graphql-transport-ws: who the client of a socket is, and what its operations do.
import type { IncomingMessage } from "node:http";
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError } from "graphql";
import { CloseCode, makeServer, type Server as ProtocolServer } from "graphql-ws";
import type { WebSocket } from "ws";
import type { SpanContext, Tracing } from "../../../domain/ports/tracing.ts";
import type { Payload } from "../../stream/payload.ts";
import type { Sink } from "../../stream/stream.ts";
import type { Limits } from "../../transport/limits.ts";
import type { Problem } from "../../transport/problem.ts";
import type { Session, Sessions } from "../../transport/session.ts";
import { LiveSource } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import type { Backpressure } from "./backpressure.ts";
import { type ErrorMask, MUTATION_BY_POST } from "./errors.ts";
import { executeLive, joinHub, type Leave } from "./live.ts";
import { type Operation, prepareOperation } from "./operation.ts";
import type { GraphServer } from "./server.ts";
import { createSocketSink } from "./socket-sink.ts";

const TRY_AGAIN_LATER = 1013;

export interface ProtocolDeps {
  readonly graph: GraphServer;
  readonly sessions: Sessions;
  readonly errors: ErrorMask;
  readonly limits: Limits;
  readonly tracing: Tracing;
}

function tooMany(most: number): GraphQLError {
  return refusal(
    "TOO_MANY_OPERATIONS",
    `${most} operations run on this WebSocket, and no more may: complete one first`,
  );
}

/** A reason has at most 123 bytes. */
function reasonOf(detail: string): string {
  return Buffer.byteLength(detail) <= MOST_REASON
    ? detail
    : `${detail.slice(0, MOST_REASON - 3)}...`;
}
const MOST_REASON = 123;

export interface SocketExtra {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly pressure: Backpressure;
  /** Known once the connection is acknowledged. */
  session: Session | undefined;
  /** The span that the client named for the connection. */
  span: SpanContext | undefined;
}

/** The arguments that onSubscribe returns. */
interface SocketArgs extends ExecutionArgs {
  readonly execute: Operation["run"];
  readonly sink: Sink;
}

/** The protocol for the next socket: the library fixes how long a socket may take to begin. */
export function createProtocols(deps: ProtocolDeps): () => ProtocolServer<SocketExtra> {
  const { limits } = deps;
  let timeoutS = limits.initTimeoutS;
  let protocol = createProtocol(deps, timeoutS);
  return () => {
    if (limits.initTimeoutS !== timeoutS) {
      timeoutS = limits.initTimeoutS;
      protocol = createProtocol(deps, timeoutS);
    }
    return protocol;
  };
}

function createProtocol(deps: ProtocolDeps, initTimeoutS: number): ProtocolServer<SocketExtra> {
  const { graph, sessions, errors, limits, tracing } = deps;
  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: initTimeoutS * 1000,
    async onConnect({ connectionParams, extra }) {
      const given = connectionParams?.authorization ?? connectionParams?.Authorization;
      // An empty text is no token, and not that of the header.
      const header = given === undefined ? undefined : String(given);
      const session = await sessions.begin(extra.request, "websocket", header);
      extra.span = tracing.remote(connectionParams?.traceparent, connectionParams?.tracestate);
      // The protocol's own close has no reason.
      const close = ({ code, detail }: Problem) => {
        const isUnavailable = code === "SIGN_IN_UNAVAILABLE";
        extra.socket.close(isUnavailable ? TRY_AGAIN_LATER : CloseCode.Forbidden, reasonOf(detail));
      };
      const refused = "code" in session ? session : session.refuse("read", "GET /graphql");
      if (refused) close(refused);
      if ("code" in session || refused) return false;
      extra.session = session;
      extra.socket.once("close", session.watch(close));
      return true;
    },
    async onSubscribe({ extra, subscriptions }, id, payload) {
      // This operation is among the open ones already. One that was completed may still run.
      const running = Math.max(Object.keys(subscriptions).length, extra.pressure.busy() + 1);
      if (running > limits.maxSocketOperations) return [tooMany(limits.maxSocketOperations)];
      const operation = await extra.pressure.during(
        prepareOperation(graph, errors, payload, {
          session: extra.session as Session,
          changeRefusal: MUTATION_BY_POST,
        }),
      );
      // An error that is thrown here would close the whole socket.
      if (!("kind" in operation)) return operation;
      const sink = createSocketSink(extra, id);
      const { traceparent, tracestate } = payload.extensions ?? {};
      const span = tracing.remote(traceparent, tracestate) ?? extra.span;
      const execute = () => extra.pressure.during(tracing.within(span, operation.run));
      return { ...operation.args, execute, sink } as SocketArgs;
    },
    execute: (args) => (args as SocketArgs).execute(),
    async subscribe(given) {
      const { sink, ...args } = given as SocketArgs;
      const requested = await executeLive(args);
      if (!(requested instanceof LiveSource)) return requested;
      return untilReturned(
        (complete) => joinHub(requested, args, { ...sink, complete }, errors),
        sink,
      );
    },
    onNext: (_, __, ___, ____, { errors: found, ...result }) =>
      found && ({ ...result, errors: found.map(errors.format) } as FormattedExecutionResult),
    onError: (_, __, ___, found) => found.map(errors.format),
  });
}

/**
 * The iterator that the protocol holds for a subscription of the hub: it yields nothing, and is returned by the client
 * or completed by the hub.
 */
function untilReturned(
  join: (complete: (last: Payload) => void) => Leave,
  sink: Sink,
): AsyncIterableIterator<never> {
  const done = { done: true, value: undefined } as const;
  let release = () => {};
  const returned = new Promise<typeof done>((resolve) => {
    release = () => resolve(done);
  });
  const leave = join((last) => {
    sink.send(last);
    release();
  });
  const source: AsyncIterableIterator<never> = {
    [Symbol.asyncIterator]: () => source,
    next: () => returned,
    async return() {
      leave("left");
      release();
      return done;
    },
  };
  return source;
}
