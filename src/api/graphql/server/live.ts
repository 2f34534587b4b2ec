// Subscriptions: what a field asks the hub for, and how its answer begins.
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from "graphql";
import type { FollowRequest, FollowSink } from "../../stream/follower.ts";
import type { EndReason, StreamRequest } from "../../stream/stream.ts";
import type { GraphContext } from "../base/builder.ts";
import { createEventEncoder, createGraphEncoder } from "./encoder.ts";
import type { ErrorMask } from "./errors.ts";

/** Ends a subscription from the client's side. */
export type Leave = (reason: EndReason) => void;

/** Sends what a subscription wants to a connection, from now on. Returns what ends it. */
type Join = (args: ExecutionArgs, sink: FollowSink, errors: ErrorMask) => Leave;

/**
 * What the resolver of a subscription answers with. It is handed to the hub rather than iterated: events are
 * executed once for all that ask for the same.
 */
export class LiveSource implements AsyncIterable<never> {
  readonly join: Join;

  constructor(join: Join) {
    this.join = join;
  }

  [Symbol.asyncIterator](): never {
    throw new Error("bug: a live source is handed to the hub");
  }
}

/** Frames of telemetry. */
export function liveFrames(request: StreamRequest): LiveSource {
  return new LiveSource((args, sink, errors) =>
    hubOf(args).join(createGraphEncoder(args, errors), request, sink),
  );
}

/** Events in the lives of dispatches. */
export function liveEvents(request: FollowRequest): LiveSource {
  return new LiveSource((args, sink, errors) =>
    hubOf(args).follow(createEventEncoder(args, errors), request, sink),
  );
}

function hubOf({ contextValue }: ExecutionArgs) {
  return (contextValue as GraphContext).hub;
}

/** Asks a subscription that was parsed and validated what it wants; or the errors of its variables and arguments. */
export async function executeLive(args: ExecutionArgs): Promise<LiveSource | ExecutionResult> {
  const source = await createSourceEventStream(args);
  return source instanceof LiveSource ? source : (source as ExecutionResult);
}
