// Decisions on requests, and previews.
import type { ShortfallPolicy as Policy } from "../../../domain/dispatch/asset-plan.ts";
import type { DispatchDecision as Decided } from "../../../domain/dispatch/decision.ts";
import { asAccepted, type Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import type {
  PowerWindow as WindowItem,
  DecisionWindows as WindowsItem,
} from "../../../domain/dispatch/windows.ts";
import { builder } from "../base/builder.ts";
import { READING } from "../base/cost.ts";
import { Dispatch, ShortfallPolicy } from "./dispatch.ts";
import { DispatchInput, readRequest } from "./inputs.ts";
import { DispatchRefused, type RefusedItem, refusedOf } from "./refusal.ts";
import { Shortfall, type ShortfallItem } from "./shortfall.ts";

const PowerWindow = builder.objectRef<WindowItem>("PowerWindow").implement({
  description: "The powers that a limit leaves: minMw <= 0 <= maxMw.",
  fields: (t) => ({
    minMw: t.exposeFloat("minMw", { description: "Highest charge power in MW, 0 or negative." }),
    maxMw: t.exposeFloat("maxMw", { description: "Highest discharge power in MW, 0 or more." }),
  }),
});

const DecisionWindows = builder.objectRef<WindowsItem>("DecisionWindows").implement({
  description:
    "The part that each limit leaves of the limit before it: the outermost powers that are accepted; by energy, where a duration was requested. One inside may be refused, where a larger one keeps a promise that it breaks.",
  fields: (t) => ({
    power: t.expose("power", { type: PowerWindow, description: "The rating of the asset." }),
    site: t.field({
      type: PowerWindow,
      nullable: true,
      description:
        "The powers at which the setpoints of the site stay within its limits wherever power is promised; null where it has none, and for a share of a site's dispatch, of which all shares are checked together.",
      resolve: ({ site }) => site ?? null,
    }),
    dispatches: t.expose("dispatches", {
      type: PowerWindow,
      description: "The powers that break no promise to a dispatch accepted before.",
    }),
    energy: t.expose("energy", {
      type: PowerWindow,
      description:
        "The powers that energy delivers for the whole duration; without a duration, in the first tick.",
    }),
  }),
});

/** The cost of a preview: with a long duration it is much work, done in slices. */
export const PREVIEWING = 10 * READING;

/** A decision, with null for the fields that it does not have. */
interface DecisionItem {
  readonly refused: RefusedItem | null;
  readonly mw: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly leaseUntilMs: number | null;
  readonly onShortfall: Policy | null;
  readonly windows: WindowsItem | null;
  readonly shortfall: ShortfallItem | null;
}

const NOTHING: Omit<DecisionItem, "refused" | "windows"> = {
  mw: null,
  startMs: null,
  endMs: null,
  leaseUntilMs: null,
  onShortfall: null,
  shortfall: null,
};

export function decisionItemOf(decision: Decided): DecisionItem {
  if (decision.accepted) return { ...decision, refused: null };
  const { refusal, windows } = decision;
  return { ...NOTHING, refused: refusedOf(refusal), windows };
}

/** The decision that accepted a dispatch. */
export function decisionOf(dispatch: DispatchItem): DecisionItem {
  const { rationale, ...accepted } = asAccepted(dispatch);
  return {
    ...accepted,
    refused: null,
    windows: rationale?.windows ?? null,
    shortfall: rationale?.shortfall ?? null,
  };
}

export const DispatchDecision = builder.objectRef<DecisionItem>("DispatchDecision").implement({
  description:
    "Whether an asset accepts a dispatch, and the powers that each of its limits leaves.",
  fields: (t) => ({
    accepted: t.boolean({
      description: "Whether it is accepted.",
      resolve: ({ refused }) => refused === null,
    }),
    refused: t.expose("refused", {
      type: DispatchRefused,
      nullable: true,
      description: "Why it is not accepted; null where it is.",
    }),
    mw: t.exposeFloat("mw", {
      nullable: true,
      description: "Power to hold, in MW, discharge positive; null where refused.",
    }),
    startAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "It holds every tick that starts from this instant on; null where refused.",
      resolve: ({ startMs }) => startMs,
    }),
    endAt: t.field({
      type: "DateTime",
      nullable: true,
      description:
        "Up to this instant, excluded; null: until the next one begins, and where refused.",
      resolve: ({ endMs }) => endMs,
    }),
    leaseUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "When its lease ends unless it is renewed; null: never, and where refused.",
      resolve: ({ leaseUntilMs }) => leaseUntilMs,
    }),
    onShortfall: t.expose("onShortfall", {
      type: ShortfallPolicy,
      nullable: true,
      description: "The policy where energy does not suffice; null where refused.",
    }),
    windows: t.expose("windows", {
      type: DecisionWindows,
      nullable: true,
      description:
        "The powers that its limits leave; null where it was refused before they were computed, and for an interval, which is decided with its whole schedule.",
    }),
    shortfall: t.expose("shortfall", {
      type: Shortfall,
      nullable: true,
      description: "The missing energy; null where it will be delivered in full, or refused.",
    }),
  }),
});

builder.objectField(Dispatch, "decision", (t) =>
  t.field({
    type: DispatchDecision,
    nullable: true,
    description: "The decision that accepted it; null where none was stored.",
    resolve: (dispatch) => (dispatch.rationale === null ? null : decisionOf(dispatch)),
  }),
);

builder.queryField("dispatchPreview", (t) =>
  t.field({
    type: DispatchDecision,
    description: "The decision on a request, as if it were sent now. Changes nothing.",
    complexity: PREVIEWING,
    args: {
      input: t.arg({
        type: DispatchInput,
        required: true,
        description: "The request; its requestId has no meaning here.",
      }),
    },
    resolve: async (_, { input }, { services }) =>
      decisionItemOf(await services.dispatch.preview(readRequest(input, "input"))),
  }),
);
