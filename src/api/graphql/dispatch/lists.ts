// Lists of dispatches.
import type { Dispatch as DispatchItem } from "../../../domain/dispatch/dispatch.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import { builder } from "../base/builder.ts";
import { connectionOf, type Page, type PageArgs, pageArgs } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readFirst, readNumberCursor, writeCursor } from "../base/inputs.ts";
import { Asset } from "../base/refs.ts";
import { readAssetIds } from "../base/selection.ts";
import { Dispatch, DispatchStatus } from "./dispatch.ts";

const DispatchConnection = connectionOf<DispatchItem>("Dispatch", Dispatch);
const DEFAULT_DISPATCHES = 50;
const dispatchCost = pageCost(DEFAULT_DISPATCHES, READING);

interface ListArgs extends PageArgs {
  readonly assetIds?: readonly string[] | undefined;
  readonly status?: readonly DispatchItem["status"][] | null | undefined;
}

/** A page of dispatches, newest first. */
async function dispatchPage(
  { dispatch, telemetry }: ClientServices,
  { assetIds, status, first, after }: ListArgs,
): Promise<Page<DispatchItem>> {
  const count = readFirst(first, DEFAULT_DISPATCHES);
  const before = after == null ? undefined : readNumberCursor(after, "dispatch");
  const listed = await dispatch.list({
    assetIds,
    statuses: status ?? undefined,
    before,
    limit: count + 1,
  });
  const { table } = telemetry.latest();
  return {
    // A store may have dispatches of assets that this fleet does not have.
    edges: listed
      .slice(0, count)
      .filter((item) => table.findAsset(item.dispatch.assetId) !== undefined)
      .map((item) => ({
        cursor: writeCursor("dispatch", String(item.cursor)),
        node: item.dispatch,
      })),
    hasNextPage: listed.length > count,
    hasPreviousPage: after != null,
  };
}

builder.objectField(Asset, "dispatches", (t) =>
  t.field({
    type: DispatchConnection,
    description: "Its dispatches, the intervals of its schedules too, newest first.",
    complexity: dispatchCost,
    args: {
      status: t.arg({
        type: [DispatchStatus],
        description: "Only those with one of these; left out: any.",
      }),
      ...pageArgs,
    },
    resolve: ({ id }, args, { services }) => dispatchPage(services, { ...args, assetIds: [id] }),
  }),
);

builder.queryField("dispatches", (t) =>
  t.field({
    type: DispatchConnection,
    description:
      "The dispatches of assets, retired ones too, newest first; each interval of a schedule is one.",
    complexity: dispatchCost,
    args: {
      assetIds: t.arg.idList({ description: "UUIDs of assets. Without any list: all assets." }),
      siteIds: t.arg.idList({
        description: "UUIDs of sites, for all their assets. Both lists: the union.",
      }),
      status: t.arg({
        type: [DispatchStatus],
        description: "Only those with one of these; left out: any.",
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
