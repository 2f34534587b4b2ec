// Mutations of dispatches.

import type { CountViolation } from "../../../domain/base/count.ts";
import type { Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import { MOST_REQUESTS } from "../../../services/clients/request-rules.ts";
import type { DispatchResult as Decided } from "../../../services/dispatch/requests.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";
import { DispatchDecision, decisionOf } from "./decision.ts";
import { Dispatch } from "./dispatch.ts";
import { DispatchInput, readRequest } from "./inputs.ts";
import { DispatchRefused, refusedOf } from "./refusal.ts";

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
      const requests = inputs.map((input, n) => readRequest(input, `inputs[${n}]`));
      const decided = await services.dispatch.dispatchMany(requests);
      if ("count" in decided) throw countRefusal(decided);
      return decided.map(answerOf);
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

function countRefusal({ count, most }: CountViolation) {
  const advice = count === 0 ? "give one at least" : "send the others in another request";
  const message = `inputs must have 1 to ${most} requests, not ${count}: ${advice}`;
  return refusal("BAD_INPUT", message, "inputs");
}
