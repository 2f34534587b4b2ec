// The selection of assets in the query string of a stream.

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

/** The parameters that select. */
export const selectionShape = {
  asset_id: ids("assets. Without any: all"),
  site_id: ids("sites, for all their assets"),
};

type Selected = z.output<z.ZodObject<typeof selectionShape>>;

/**
 * The refusal of a selection; undefined where it is accepted.
 *
 * @param isResumed Whether the client continues after a cursor: then assets that were retired since are accepted.
 */
export function refuseSelection(
  { asset_id, site_id }: Selected,
  table: FleetTable,
  { maxListIds }: Pick<Limits, "maxListIds">,
  isResumed: boolean,
): Problem | undefined {
  for (const [field, list] of Object.entries({ asset_id, site_id })) {
    if (list === undefined || list.length <= maxListIds) continue;
    return problem("TOO_MANY_IDS", tooManyIds(field, list.length, maxListIds), { field });
  }
  const findAsset = isResumed ? table.findAsset : table.assetOf;
  const findSite = isResumed ? table.findSite : table.siteOf;
  const noAsset = asset_id?.find((id) => findAsset(id) === undefined);
  if (noAsset !== undefined) {
    const asset = table.findAsset(noAsset);
    // A stream of it would never send anything.
    return asset ? { ...retiredProblem(asset), status: 404 } : assetProblem(noAsset);
  }
  const noSite = site_id?.find((id) => findSite(id) === undefined);
  return noSite === undefined ? undefined : siteProblem(noSite);
}
