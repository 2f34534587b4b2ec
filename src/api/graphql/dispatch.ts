import type { Asset as AssetItem } from "../../domain/asset.ts";
import { REFUSAL_CODES, type RefusalCode as RefusalCodeName } from "../../domain/codes.ts";
import type { Dispatch as DispatchItem } from "../../domain/dispatch.ts";
import type { DispatchRefusal } from "../../domain/dispatch-request.ts";
import type { Services } from "../services.ts";
import { builder } from "./builder.ts";
import { connectionOf, type Page, type PageArgs, pageArgs } from "./connection.ts";
import { pageCost, READING } from "./cost.ts";
import { readCursor, readFirst, readId, writeCursor } from "./inputs.ts";
import { Node } from "./node.ts";
import { Asset } from "./refs.ts";
import { readAssetIds } from "./selection.ts";
import { PowerLimit } from "./telemetry.ts";

const DispatchStatus = builder.enumType("DispatchStatus", {
  description: "What became of a dispatch.",
  values: {
    ACCEPTED: { value: "accepted", description: "Stored; its power is requested of the asset." },
  } as const,
});

const refusalValues = Object.fromEntries(
  Object.entries(REFUSAL_CODES).map(([code, description]) => [code, { value: code, description }]),
) as Record<RefusalCodeName, { value: RefusalCodeName; description: string }>;

const RefusalCode = builder.enumType("RefusalCode", {
  description: "Why a request was refused. Members are only ever added.",
  values: refusalValues,
});

const Dispatch = builder.objectRef<DispatchItem>("Dispatch").implement({
  description: "A request to hold a power for a time, and what became of it.",
  interfaces: [Node],
  fields: (t) => ({
    asset: t.field({
      type: Asset,
      description: "The asset that was asked.",
      resolve: ({ assetId }, _, { services }) =>
        services.telemetry.latest().table.findAsset(assetId) as AssetItem,
    }),
    mw: t.exposeFloat("mw", { description: "Power to hold, in MW, discharge positive." }),
    durationS: t.exposeInt("durationS", {
      nullable: true,
      description: "How long to hold it, in s; null: until the next dispatch.",
    }),
    status: t.expose("status", { type: DispatchStatus, description: "What became of it." }),
    reason: t.exposeString("reason", {
      nullable: true,
      description: "Why it has its status, where there is something to say.",
    }),
    submittedAt: t.field({
      type: "DateTime",
      description: "When it was accepted.",
      resolve: (dispatch) => dispatch.submittedAtMs,
    }),
  }),
});

const DispatchAccepted = builder
  .objectRef<{ readonly accepted: true; readonly dispatch: DispatchItem }>("DispatchAccepted")
  .implement({
    description: "The request was stored, then acted on: its power is in force from the next tick.",
    fields: (t) => ({
      dispatch: t.expose("dispatch", { type: Dispatch, description: "What was stored." }),
    }),
  });

const DispatchRefused = builder.objectRef<DispatchRefusal>("DispatchRefused").implement({
  description: "The request changed nothing.",
  fields: (t) => ({
    code: t.expose("code", { type: RefusalCode, description: "Stable, for programs." }),
    message: t.exposeString("message", { description: "What is wrong, and what to do." }),
    field: t.exposeString("field", { nullable: true, description: "The input field at fault." }),
    requestedMw: t.exposeFloat("requestedMw", {
      nullable: true,
      description: "Requested power in MW, discharge positive.",
    }),
    minMw: t.exposeFloat("minMw", { nullable: true, description: "Lowest power allowed, in MW." }),
    maxMw: t.exposeFloat("maxMw", { nullable: true, description: "Highest power allowed, in MW." }),
    limitedBy: t.expose("limitedBy", {
      type: PowerLimit,
      nullable: true,
      description: "The limit that refused.",
    }),
  }),
});

const DispatchResult = builder.unionType("DispatchResult", {
  description: "The decision on a request.",
  types: [DispatchAccepted, DispatchRefused],
  resolveType: (result) => ("accepted" in result ? DispatchAccepted : DispatchRefused),
});

const DispatchInput = builder.inputType("DispatchInput", {
  description: "What to ask of an asset.",
  fields: (t) => ({
    assetId: t.id({ required: true, description: "UUID of the asset." }),
    mw: t.float({ required: true, description: "Power to hold, in MW, discharge positive." }),
    durationS: t.int({
      description: "How long to hold it, in s. Left out: until the next dispatch.",
    }),
  }),
});

builder.mutationField("dispatch", (t) =>
  t.field({
    type: DispatchResult,
    description: "Asks an asset to hold a power. The effect comes back as telemetry.",
    args: { input: t.arg({ type: DispatchInput, required: true, description: "The request." }) },
    resolve: async (_, { input }, { services }) => {
      const result = await services.dispatch.dispatch({
        assetId: readId(input.assetId, "input.assetId"),
        mw: input.mw,
        durationS: input.durationS ?? null,
      });
      return result.accepted ? result : result.refusal;
    },
  }),
);

const DispatchConnection = connectionOf<DispatchItem>("Dispatch", Dispatch);
const DEFAULT_DISPATCHES = 50;
const dispatchCost = pageCost(DEFAULT_DISPATCHES, READING);

interface ListArgs extends PageArgs {
  readonly assetIds?: readonly string[] | undefined;
  readonly status?: readonly DispatchItem["status"][] | null | undefined;
}

/** A page of dispatches, newest first. */
async function dispatchPage(
  { dispatch, telemetry }: Services,
  { assetIds, status, first, after }: ListArgs,
): Promise<Page<DispatchItem>> {
  const count = readFirst(first, DEFAULT_DISPATCHES);
  const before = after == null ? undefined : Number(readCursor(after, "dispatch"));
  const listed = await dispatch.list({
    assetIds,
    statuses: status ?? undefined,
    before,
    limit: count + 1,
  });
  const { table } = telemetry.latest();
  return {
    // A store may remember dispatches of assets that this fleet does not know.
    edges: listed
      .slice(0, count)
      .filter((item) => table.findAsset(item.dispatch.assetId) !== undefined)
      .map((item) => ({
        cursor: writeCursor("dispatch", String(item.position)),
        node: item.dispatch,
      })),
    hasNextPage: listed.length > count,
    hasPreviousPage: after != null,
  };
}

builder.objectField(Asset, "dispatches", (t) =>
  t.field({
    type: DispatchConnection,
    description: "What was asked of it, newest first.",
    complexity: dispatchCost,
    args: {
      status: t.arg({
        type: [DispatchStatus],
        description: "Only with one of these; left out: any.",
      }),
      ...pageArgs,
    },
    resolve: ({ id }, args, { services }) => dispatchPage(services, { ...args, assetIds: [id] }),
  }),
);

builder.queryField("dispatches", (t) =>
  t.field({
    type: DispatchConnection,
    description: "What was asked of assets, retired ones too, newest first.",
    complexity: dispatchCost,
    args: {
      assetIds: t.arg.idList({ description: "UUIDs of assets. Without any list: all assets." }),
      siteIds: t.arg.idList({
        description: "UUIDs of sites, for all their assets. Both lists: the union.",
      }),
      status: t.arg({
        type: [DispatchStatus],
        description: "Only with one of these; left out: any.",
      }),
      ...pageArgs,
    },
    resolve: (_, { assetIds, siteIds, ...args }, { services, limits }) => {
      const { table } = services.telemetry.latest();
      const ids = readAssetIds(table, { assetIds, siteIds }, limits);
      return dispatchPage(services, { ...args, assetIds: ids });
    },
  }),
);

builder.queryField("dispatch", (t) =>
  t.field({
    type: Dispatch,
    nullable: true,
    description: "The dispatch of this id; null where there is none, or it is no longer kept.",
    args: { id: t.arg.id({ required: true, description: "UUID of the dispatch." }) },
    resolve: async (_, { id }, { services }) =>
      (await services.dispatch.find(readId(id, "id"))) ?? null,
  }),
);
