// Dispatches: their fields and the query of one.

import type { Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import { DISPATCH_TEXTS } from "../../../domain/dispatch/fields.ts";
import { assetUnknown } from "../../../domain/dispatch/request.ts";
import { STATUS_REASONS } from "../../../domain/dispatch/status.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { findRecent } from "../base/lookup.ts";
import { Node } from "../base/node.ts";
import { Asset } from "../base/refs.ts";
import { refusal } from "../base/refusal.ts";

export const DispatchStatus = builder.enumType("DispatchStatus", {
  description: "The status of a dispatch. All but ACCEPTED and ACTIVE are final.",
  values: {
    ACCEPTED: { value: "accepted", description: "Stored; it starts later." },
    ACTIVE: {
      value: "active",
      description:
        "It holds its asset. An interval of a schedule stays so while a dispatch holds the asset for a part of it.",
    },
    COMPLETED: { value: "completed", description: "It held its asset, and its window ended." },
    SUPERSEDED: { value: "superseded", description: "Another dispatch replaced it." },
    CANCELLED: {
      value: "cancelled",
      description: "It was cancelled by a client, or with the demo.",
    },
    EXPIRED: {
      value: "expired",
      description: "Its lease was not renewed in time: the asset holds its fallback power.",
    },
    FAILED: { value: "failed", description: "It never held its asset, or does not any more." },
  } as const,
});

export const ShortfallPolicy = builder.enumType("ShortfallPolicy", {
  description: "The policy where energy does not suffice for a power and its duration.",
  values: {
    REFUSE: {
      value: "refuse",
      description:
        "Refuse it. Once accepted its energy is promised: later requests that would use it are refused. The default with a duration, and of a schedule.",
    },
    CURTAIL: {
      value: "curtail",
      description:
        "Deliver the energy that is there, and promise none. The default without a duration.",
    },
  } as const,
});

const reasons = Object.entries(STATUS_REASONS)
  .map(([reason, meaning]) => `${reason}: ${meaning}`)
  .join(" ");
/** For the descriptions of fields that give a `StatusReason`. */
export const REASONS_TEXT = `Members are only ever added. ${reasons}`;

export const Dispatch = builder.objectRef<DispatchItem>("Dispatch").implement({
  description:
    "A request to hold a power for a time, or one interval of a schedule, and its outcome.",
  interfaces: [Node],
  fields: (t) => ({
    asset: t.field({
      type: Asset,
      description: "Its asset. An error ASSET_UNKNOWN where it has just left the assets file.",
      resolve: ({ assetId }, _, { services }) => {
        const asset = findRecent(services, (table) => table.findAsset(assetId));
        if (asset !== undefined) return asset;
        const { code, message } = assetUnknown(assetId);
        throw refusal(code, message);
      },
    }),
    mw: t.exposeFloat("mw", { description: DISPATCH_TEXTS.mw }),
    durationS: t.exposeInt("durationS", {
      nullable: true,
      description: DISPATCH_TEXTS.durationS,
    }),
    startAt: t.field({
      type: "DateTime",
      description: DISPATCH_TEXTS.startAt,
      resolve: ({ startMs }) => startMs,
    }),
    endAt: t.field({
      type: "DateTime",
      nullable: true,
      description: DISPATCH_TEXTS.endAt,
      resolve: ({ endMs }) => endMs,
    }),
    validForS: t.exposeInt("validForS", {
      nullable: true,
      description: DISPATCH_TEXTS.validForS,
    }),
    leaseUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: DISPATCH_TEXTS.leaseUntil,
      resolve: ({ leaseUntilMs }) => leaseUntilMs,
    }),
    onShortfall: t.expose("onShortfall", {
      type: ShortfallPolicy,
      description: DISPATCH_TEXTS.onShortfall,
    }),
    scheduleId: t.exposeID("scheduleId", {
      nullable: true,
      description: DISPATCH_TEXTS.scheduleId,
    }),
    requestId: t.exposeString("requestId", {
      nullable: true,
      description: DISPATCH_TEXTS.requestId,
    }),
    status: t.expose("status", {
      type: DispatchStatus,
      description: "Its status.",
    }),
    reason: t.exposeString("reason", {
      nullable: true,
      description: `${DISPATCH_TEXTS.reason} ${REASONS_TEXT}`,
    }),
    submittedAt: t.field({
      type: "DateTime",
      description: DISPATCH_TEXTS.submittedAt,
      resolve: ({ submittedAtMs }) => submittedAtMs,
    }),
    endedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: DISPATCH_TEXTS.endedAt,
      resolve: ({ endedAtMs }) => endedAtMs,
    }),
    deliveredMwhr: t.exposeFloat("deliveredMwhr", {
      description: DISPATCH_TEXTS.deliveredMwhr,
    }),
  }),
});

builder.queryField("dispatch", (t) =>
  t.field({
    type: Dispatch,
    nullable: true,
    description: "The dispatch of this id; null where there is none, or it is no longer stored.",
    args: { id: t.arg.id({ required: true, description: "UUID of the dispatch." }) },
    resolve: async (_, { id }, { services }) =>
      (await services.dispatch.find(readId(id, "id"))) ?? null,
  }),
);
