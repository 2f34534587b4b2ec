// The selection of assets in the query string of a stream.

import { z } from "@hono/zod-openapi";
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";
import { refuseSelection, type SelectionViolation } from "../../../services/fleet/selection.ts";
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
export function selectionProblem(
  { asset_id: assetIds, site_id: siteIds }: Selected,
  table: FleetTable,
  { maxListIds }: Pick<Limits, "maxListIds">,
  isResumed: boolean,
): Problem | undefined {
  const rules = { maxListIds, takesRetired: isResumed, nameOf };
  const found = refuseSelection(table, { assetIds, siteIds }, rules);
  return found && problemOf(found);
}

const nameOf = (list: SelectionViolation["list"]) => (list === "assetIds" ? "asset_id" : "site_id");

function problemOf(found: SelectionViolation): Problem {
  const field = nameOf(found.list);
  switch (found.code) {
    case "EMPTY":
      return problem("BAD_INPUT", `${field} is empty`, { field });
    case "TOO_MANY_IDS":
      return problem(found.code, found.message, { field });
    case "ASSET_UNKNOWN":
      return assetProblem(found.id);
    // A stream of it would never send anything.
    case "ASSET_RETIRED":
      return { ...retiredProblem(found.asset), status: 404 };
    case "SITE_UNKNOWN":
      return siteProblem(found.id);
    case "SITE_RETIRED":
      return siteProblem(found.site.id);
  }
}
