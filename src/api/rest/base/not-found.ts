// Problems of ids that no asset or site in use has.
import { assetRetired, assetUnknown } from "../../../domain/dispatch/request.ts";
import type { Asset } from "../../../domain/fleet/asset.ts";
import { problem } from "../../transport/problem.ts";

/** The problem of an id that no asset has. */
export function assetProblem(id: string) {
  const { code, message } = assetUnknown(id);
  return problem(code, message, { field: "id" });
}

/** The problem of an asset that has only a past. */
export function retiredProblem(asset: Asset) {
  const { code, message } = assetRetired(asset);
  return problem(code, message, { field: "id" });
}

/** The problem of an id that no site has. */
export function siteProblem(id: string | undefined) {
  return problem("SITE_UNKNOWN", `no site has the id ${id}: see GET /sites`, { field: "site_id" });
}
