// Correction of stored values below the least values: raised to the nearest allowed value, and logged.
import { LEAST_MW } from "../../domain/base/least-values.ts";
import { withLeastLimits, withLeastRating } from "../../domain/fleet/least-values.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Sql } from "../database/client.ts";
import { IS_OPEN } from "../dispatch/dispatch-rows.ts";
import { putFleet } from "./put.ts";
import type { ApiFleet } from "./rows.ts";

/** Raises values that are too small, in the fleet and in the database, there also of open dispatches. */
export async function raiseLeastValues(sql: Sql, fleet: ApiFleet, log: Log): Promise<ApiFleet> {
  const isOfApi = ({ id }: { readonly id: string }) => fleet.origins.get(id) === "api";
  const sites = fleet.sites.map((site) => (isOfApi(site) ? withLeastLimits(site) : site));
  const assets = fleet.assets.map(withLeastRating);
  const raised = {
    sites: sites.filter((site, n) => site !== fleet.sites[n]),
    assets: assets.filter((asset, n) => asset !== fleet.assets[n]),
  };
  await putFleet(sql, { ...raised, originOf: () => "api" });
  const dispatches = await sql`
    update dispatches set mw = case when abs(mw) < ${LEAST_MW / 2}::float8 then 0 else sign(mw) * ${LEAST_MW}::float8 end
    where ${sql.unsafe(IS_OPEN)} and mw <> 0 and abs(mw) < ${LEAST_MW}::float8
    returning id`;
  const counts = {
    sites: raised.sites.length,
    assets: raised.assets.length,
    dispatches: dispatches.length,
  };
  if (counts.sites + counts.assets + counts.dispatches > 0)
    log.warn(
      counts,
      `stored values smaller than 1 W, 1 Wh or 0.01 were raised to the nearest allowed value: of ${counts.sites} sites, ${counts.assets} assets and ${counts.dispatches} open dispatches`,
    );
  return { ...fleet, sites, assets };
}
