// Totals over the assets of each site, and over the fleet, at each instant.
import { getTableColumns } from "drizzle-orm";
import { SUM_GRID, TICK_ENERGY_GRID } from "../../domain/telemetry/exact-sum.ts";
import type { Sql } from "../database/client.ts";
import { namesOf } from "../database/recordset.ts";
import { totals } from "../database/schema.ts";
import { FLEET_ID } from "./minutes.ts";

/** Sums whole instants of telemetry, as SQL. @param rows A table with its columns. */
export function totalsSql(rows: "telemetry" | "staging"): string {
  // Exact on their grids, so that the order of summation has no effect.
  const sum = (value: string, grid = SUM_GRID) => `sum(${value} + ${grid} - ${grid})`;
  const sums = `${sum("soc_mwhr")} as soc_mwhr, ${sum("soc_mwhr")} / ${sum("capacity_mwhr")} * 100 as soc_pct,
    ${sum("capacity_mwhr")} as capacity_mwhr, ${sum("current_mw")} as current_mw, max(dt_s) as dt_s`;
  return `
    with by_site as (
      select site_id, ts, count(*)::int as asset_count, ${sums},
        ${sum("greatest(-current_mw, 0) * dt_s / 3600", TICK_ENERGY_GRID)} as tick_in_mwhr,
        ${sum("greatest(current_mw, 0) * dt_s / 3600", TICK_ENERGY_GRID)} as tick_out_mwhr
      from ${rows} group by site_id, ts
    )
    insert into totals (${namesOf(getTableColumns(totals))})
    select * from by_site
    union all
    select '${FLEET_ID}', ts, sum(asset_count)::int, ${sums}, sum(tick_in_mwhr), sum(tick_out_mwhr)
    from by_site group by ts
    on conflict do nothing`;
}

/** Sums telemetry that was adopted, or stored before there were totals, once. */
export async function addUpOlder(sql: Sql): Promise<void> {
  const [found] = await sql<{ needed: boolean }[]>`
    select exists (select from telemetry) and not exists (select from totals) as needed`;
  if (found?.needed) await sql.unsafe(totalsSql("telemetry"));
}
