// Which assets a stream means, as its query says, and why it may not mean them.

import { z } from "@hono/zod-openapi";
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import { tooManyIds } from "../../stream/selection.ts";
import type { Limits } from "../../transport/limits.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { assetProblem, retiredProblem, siteProblem } from "./not-found.ts";
import { Id } from "./schemas.ts";

const ids = (noun: string) =>
  z
    .union([Id, z.array(Id)])
    .transform((given) => (typeof given === "string" ? [given] : given))
    .optional()
    .openapi({
      type: "array",
      items: { type: "string", format: "uuid" },
      description: `UUIDs of ${noun}; may be repeated.`,
    });

/** The part of a query that selects. */
export const selectionShape = {
  asset_id: ids("assets. Without any: all"),
  site_id: ids("sites, for all their assets"),
};

type Selected = z.output<z.ZodObject<typeof selectionShape>>;

/**
 * Why a selection is refused; undefined where it is not.
 *
 * @param comesBack Whether the client goes on after something that it has: then it may name what was retired since.
 */
export function refuseSelection(
  { asset_id, site_id }: Selected,
  table: FleetTable,
  { maxListIds }: Pick<Limits, "maxListIds">,
  comesBack: boolean,
): Problem | undefined {
  for (const [field, list] of Object.entries({ asset_id, site_id })) {
    if (list === undefined || list.length <= maxListIds) continue;
    return problem("TOO_MANY_IDS", tooManyIds(field, list.length, maxListIds), { field });
  }
  const findAsset = comesBack ? table.findAsset : table.assetOf;
  const findSite = comesBack ? table.findSite : table.siteOf;
  const noAsset = asset_id?.find((id) => findAsset(id) === undefined);
  if (noAsset !== undefined) {
    const asset = table.findAsset(noAsset);
    // A stream of it would never say anything.
    return asset ? { ...retiredProblem(asset), status: 404 } : assetProblem(noAsset);
  }
  const noSite = site_id?.find((id) => findSite(id) === undefined);
  return noSite === undefined ? undefined : siteProblem(noSite);
}
