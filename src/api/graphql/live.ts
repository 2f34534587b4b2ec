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

/**
 * Starts a subscription that was parsed and validated.
 *
 * @returns What ends it, or the errors of its variables and arguments.
 */
export async function openLive(
  args: ExecutionArgs,
  sink: Sink,
  errors: ErrorMask,
): Promise<Leave | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(source instanceof LiveSource)) return source as ExecutionResult;
  const { hub } = args.contextValue as GraphContext;
  return hub.join(createGraphEncoder(args, errors), source.request, sink);
}
