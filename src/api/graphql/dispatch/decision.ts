// Decisions on requests, and previews.

import type { ShortfallPolicy as Policy } from "../../../domain/dispatch/asset-plan.ts";
import type { DispatchDecision as Decided } from "../../../domain/dispatch/decision.ts";
import { asAccepted, type Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import {
  DECISION_TEXTS,
  DISPATCH_TEXTS,
  WINDOW_TEXTS,
  WINDOWS_TEXT,
} from "../../../domain/dispatch/fields.ts";
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
    minMw: t.exposeFloat("minMw", { description: WINDOW_TEXTS.minMw }),
    maxMw: t.exposeFloat("maxMw", { description: WINDOW_TEXTS.maxMw }),
  }),
});

const DecisionWindows = builder.objectRef<WindowsItem>("DecisionWindows").implement({
  description: WINDOWS_TEXT,
  fields: (t) => ({
    power: t.expose("power", { type: PowerWindow, description: WINDOW_TEXTS.power }),
    site: t.field({
      type: PowerWindow,
      nullable: true,
      description: WINDOW_TEXTS.site,
      resolve: ({ site }) => site ?? null,
    }),
    dispatches: t.expose("dispatches", {
      type: PowerWindow,
      description: WINDOW_TEXTS.dispatches,
    }),
    energy: t.expose("energy", {
      type: PowerWindow,
      description: WINDOW_TEXTS.energy,
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
      description: DECISION_TEXTS.accepted,
      resolve: ({ refused }) => refused === null,
    }),
    refused: t.expose("refused", {
      type: DispatchRefused,
      nullable: true,
      description: DECISION_TEXTS.refused,
    }),
    mw: t.exposeFloat("mw", {
      nullable: true,
      description: DECISION_TEXTS.mw,
    }),
    startAt: t.field({
      type: "DateTime",
      nullable: true,
      description: DECISION_TEXTS.startAt,
      resolve: ({ startMs }) => startMs,
    }),
    endAt: t.field({
      type: "DateTime",
      nullable: true,
      description: DECISION_TEXTS.endAt,
      resolve: ({ endMs }) => endMs,
    }),
    leaseUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: DECISION_TEXTS.leaseUntil,
      resolve: ({ leaseUntilMs }) => leaseUntilMs,
    }),
    onShortfall: t.expose("onShortfall", {
      type: ShortfallPolicy,
      nullable: true,
      description: DECISION_TEXTS.onShortfall,
    }),
    windows: t.expose("windows", {
      type: DecisionWindows,
      nullable: true,
      description: DECISION_TEXTS.windows,
    }),
    shortfall: t.expose("shortfall", {
      type: Shortfall,
      nullable: true,
      description: DECISION_TEXTS.shortfall,
    }),
  }),
});

builder.objectField(Dispatch, "decision", (t) =>
  t.field({
    type: DispatchDecision,
    nullable: true,
    description: DISPATCH_TEXTS.decision,
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
