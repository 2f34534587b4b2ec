// What is chosen for the table of assets, and its form in the address.
import type { AssetStatus } from "../api/operations.ts";
import { STATUSES } from "../live/frame-reader.ts";
import type { Params } from "../route/place.ts";

export const SORTS = ["name", "site", "soc", "power", "setpoint", "status", "limit"] as const;
export type Sort = (typeof SORTS)[number];

export interface Choice {
  readonly sort: Sort;
  readonly isDescending: boolean;
  /** Part of the name of an asset, its site or its place, in any case. */
  readonly text: string;
  readonly status: AssetStatus | undefined;
  readonly bySite: boolean;
}

/** The choice of an address; a value that is not known has its default. */
export function choiceOf({ sort, order, find, status, by }: Params): Choice {
  return {
    sort: SORTS.find((one) => one === sort) ?? "name",
    isDescending: order === "desc",
    text: find ?? "",
    status: STATUSES.find((one) => one.toLowerCase() === status),
    bySite: by === "site",
  };
}

/** The parameters of a choice; one with its default is left out of the address. */
export function paramsOf({ sort, isDescending, text, status, bySite }: Choice) {
  return {
    sort: sort === "name" ? undefined : sort,
    order: isDescending ? "desc" : undefined,
    find: text === "" ? undefined : text,
    status: status?.toLowerCase(),
    by: bySite ? "site" : undefined,
  };
}
