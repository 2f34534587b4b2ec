// Subscriptions that run: how a source begins, and how it joins the hub.
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from "graphql";
import type { EventSink } from "../../stream/event-source.ts";
import type { EndReason } from "../../stream/stream.ts";
import type { GraphContext } from "../base/builder.ts";
import { LiveSource } from "../base/live.ts";
import { createEventEncoder, createGraphEncoder } from "./encoder.ts";
import type { ErrorMask } from "./errors.ts";

/** Ends a subscription from the client's side. */
export type Leave = (reason: EndReason) => void;

/** Sends what a subscription requests to a connection, from now on. Returns what ends it. */
export function joinHub(
  { request }: LiveSource,
  args: ExecutionArgs,
  sink: EventSink,
  errors: ErrorMask,
): Leave {
  const { hub } = args.contextValue as GraphContext;
  if (request.kind === "frames")
    return hub.join(createGraphEncoder(args, errors), request.frames, sink);
  const encoder = createEventEncoder(args, errors);
  if (request.kind === "audit") return hub.followAudit(encoder, request.events, sink);
  if (request.kind === "data") return hub.followDataPoints(encoder, request.events, sink);
  if (request.kind === "alarms") return hub.followAlarms(encoder, request.events, sink);
  return hub.follow(encoder, request.events, sink);
}

/** Resolves the source of a valid subscription; or the errors of its variables and arguments. */
export async function executeLive(args: ExecutionArgs): Promise<LiveSource | ExecutionResult> {
  const source = await createSourceEventStream(args);
  return source instanceof LiveSource ? source : (source as ExecutionResult);
}
