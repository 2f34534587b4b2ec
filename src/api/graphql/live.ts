// Subscriptions: what a field asks the hub for, and how its answer begins.
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from "graphql";
import type { EndReason, Sink, StreamRequest } from "../stream/stream.ts";
import type { GraphContext } from "./builder.ts";
import { createGraphEncoder } from "./encoder.ts";
import type { ErrorMask } from "./errors.ts";

/**
 * What the resolver of a subscription answers with. It is handed to the hub rather than iterated: events are
 * executed once for all that ask for the same.
 */
export class LiveSource implements AsyncIterable<never> {
  readonly request: StreamRequest;

  constructor(request: StreamRequest) {
    this.request = request;
  }

  [Symbol.asyncIterator](): never {
    throw new Error("bug: a live source is handed to the hub");
  }
}

/** Ends a subscription from the client's side. */
export type Leave = (reason: EndReason) => void;

/** Asks a subscription that was parsed and validated what it wants; or the errors of its variables and arguments. */
export async function askLive(args: ExecutionArgs): Promise<LiveSource | ExecutionResult> {
  const source = await createSourceEventStream(args);
  return source instanceof LiveSource ? source : (source as ExecutionResult);
}

/** Sends what a subscription wants to a connection, from now on. Returns what ends it. */
export function joinLive(
  args: ExecutionArgs,
  { request }: LiveSource,
  sink: Sink,
  errors: ErrorMask,
): Leave {
  const { hub } = args.contextValue as GraphContext;
  return hub.join(createGraphEncoder(args, errors), request, sink);
}
