// Mutations of dispatches.
import type { Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import type { DispatchResult as Decided } from "../../../services/dispatch/dispatch.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";
import { DispatchDecision, decisionOf } from "./decision.ts";
import { Dispatch } from "./dispatch.ts";
import { DispatchInput, readRequest } from "./inputs.ts";
import { DispatchRefused, refusedOf } from "./refusal.ts";

/** Requests in one `dispatchMany` at most. */
const MOST_REQUESTS = 1000;

interface WithDispatch {
  readonly dispatch: DispatchItem;
}

export const DispatchAccepted = builder.objectRef<WithDispatch>("DispatchAccepted").implement({
  description: "The request was stored, then applied: its power is in force from its start.",
  fields: (t) => ({
    dispatch: t.expose("dispatch", {
      type: Dispatch,
      description: "The dispatch that was stored.",
    }),
    decision: t.field({
      type: DispatchDecision,
      description: "The decision that accepted it.",
      resolve: ({ dispatch }) => decisionOf(dispatch),
    }),
  }),
});

const DispatchResult = builder.unionType("DispatchResult", {
  description: "The decision on a request.",
  types: [DispatchAccepted, DispatchRefused],
  resolveType: (result) => ("code" in result ? DispatchRefused : DispatchAccepted),
});

const DispatchChanged = builder.objectRef<WithDispatch>("DispatchChanged").implement({
  description: "The dispatch was changed, and the change stored.",
  fields: (t) => ({
    dispatch: t.expose("dispatch", { type: Dispatch, description: "The dispatch as it is now." }),
  }),
});

const DispatchChangeResult = builder.unionType("DispatchChangeResult", {
  description: "The outcome of a change to a dispatch.",
  types: [DispatchChanged, DispatchRefused],
  resolveType: (result) => ("code" in result ? DispatchRefused : DispatchChanged),
});

const answerOf = (result: Decided) => (result.accepted ? result : refusedOf(result.refusal));

builder.mutationFields((t) => ({
  dispatch: t.field({
    type: DispatchResult,
    description: "Requests a power of an asset. The effect is reported as telemetry.",
    args: { input: t.arg({ type: DispatchInput, required: true, description: "The request." }) },
    resolve: async (_, { input }, { services }) =>
      answerOf(await services.dispatch.dispatch(readRequest(input, "input"))),
  }),
  dispatchMany: t.field({
    type: [DispatchResult],
    description:
      "Requests powers of several assets, or several of one. Each request is decided by itself, in their order; a refusal of one does not affect the others.",
    complexity: ({ inputs }) => ({ multiplier: Math.min(inputs.length, MOST_REQUESTS) }),
    args: {
      inputs: t.arg({
        type: [DispatchInput],
        required: true,
        description: "The requests, 1 to 1,000.",
      }),
    },
    resolve: async (_, { inputs }, { services }) => {
      refuseCount(inputs.length);
      const requests = inputs.map((input, n) => readRequest(input, `inputs[${n}]`));
      return (await services.dispatch.dispatchMany(requests)).map(answerOf);
    },
  }),
  dispatchRenew: t.field({
    type: DispatchChangeResult,
    description:
      "Renews the lease of a dispatch that has one: it ends validForS from now, or from its start where that lies ahead.",
    args: { id: t.arg.id({ required: true, description: "UUID of the dispatch." }) },
    resolve: async (_, { id }, { services }) =>
      answerOf(await services.dispatch.renew(readId(id, "id"))),
  }),
  dispatchCancel: t.field({
    type: DispatchChangeResult,
    description:
      "Cancels an open dispatch, or an open interval of a schedule: from the next tick on it holds nothing.",
    args: { id: t.arg.id({ required: true, description: "UUID of the dispatch." }) },
    resolve: async (_, { id }, { services }) =>
      answerOf(await services.dispatch.cancel(readId(id, "id"))),
  }),
}));

function refuseCount(count: number): void {
  if (count >= 1 && count <= MOST_REQUESTS) return;
  const message = `inputs must have 1 to ${MOST_REQUESTS} requests, not ${count}: ask for the others in another request`;
  throw refusal("BAD_INPUT", message, "inputs");
}
