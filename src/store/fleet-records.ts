// Sites, assets and their states as the database knows them.
import type { FleetTable } from "../domain/fleet-table.ts";
import type { Log } from "../domain/ports/log.ts";
import { type Client, type Sql, uuidArray } from "./client.ts";
import { ASSET_MINUTES, MINUTE_SOURCES, type MinuteSource, TOTALS_MINUTES } from "./minutes.ts";
import { ALLOW_COMPRESSED, isAggregate } from "./timescale.ts";

const DEADLINE_MS = 60_000;

/** Where the fleet of this start comes from. Only a file may prune. */
export type FleetOrigin = "file" | "default";

/** Where one asset stood when it was last heard of. */
export interface AssetState {
  readonly timestampMs: number;
  readonly socMwhr: number;
  readonly currentMw: number;
  readonly setpointMw: number;
  readonly energyInMwhr: number;
  readonly energyOutMwhr: number;
}

/** Pruning would take more than half of the stored assets: somebody must say that it is meant. */
export class PruneRefused extends Error {}

export interface FleetRecords {
  /**
   * Makes the stored sites and assets those of the fleet. Assets that the file no longer names are
   * removed with their telemetry and dispatches; retired ones keep theirs.
   *
   * @throws PruneRefused where that would be more than half of them and `mayPrune` is false.
   */
  reconcile(table: FleetTable, origin: FleetOrigin, mayPrune: boolean): Promise<void>;
  /** The state of every asset that has ticked, retired ones too. */
  states(): Promise<ReadonlyMap<string, AssetState>>;
  /** Empties everything that was stored. */
  reset(): Promise<void>;
}

export function createFleetRecords(client: Client, log: Log): FleetRecords {
  return {
    reconcile: (table, origin, mayPrune) =>
      client.transact(DEADLINE_MS, async (sql) => {
        const kept = [...table.assets, ...table.retired].map(({ id }) => id);
        const stored = await sql<{ id: string }[]>`select id from assets where origin = 'file'`;
        const keptIds = new Set(kept);
        const gone =
          origin === "file" ? stored.map(({ id }) => id).filter((id) => !keptIds.has(id)) : [];
        if (gone.length * 2 > stored.length && !mayPrune)
          throw new PruneRefused(
            `the assets file no longer names ${gone.length} of ${stored.length} stored assets, and their history would be removed: set PRUNE=1 if this is meant`,
          );
        await upsert(sql, table, origin);
        if (gone.length > 0) await prune(sql, gone, log);
      }),
    states: () => client.within(DEADLINE_MS, readStates),
    reset: () =>
      client.within(DEADLINE_MS, async (sql) => {
        await sql`
          truncate telemetry, totals, dispatches, dispatch_events, dispatch_requests, asset_states, assets,
            sites, telemetry_rejected, history_marks`;
        // Continuous aggregates must be emptied one by one.
        for (const { minutes } of MINUTE_SOURCES) await sql.unsafe(`truncate ${minutes}`);
      }),
  };
}

async function upsert(sql: Sql, table: FleetTable, origin: FleetOrigin): Promise<void> {
  const sites = table.sites.map((site) => ({
    id: site.id,
    name: site.name,
    location: site.location,
    max_export_mw: site.maxExportMw,
    max_import_mw: site.maxImportMw,
  }));
  await sql`
    insert into sites (id, name, location, max_export_mw, max_import_mw)
    select * from json_to_recordset(${JSON.stringify(sites)}::text::json)
      as given (id uuid, name text, location text, max_export_mw float8, max_import_mw float8)
    on conflict (id) do update set name = excluded.name, location = excluded.location,
      max_export_mw = excluded.max_export_mw, max_import_mw = excluded.max_import_mw`;
  const assets = [...table.assets, ...table.retired].map((asset) => ({
    id: asset.id,
    site_id: asset.siteId,
    name: asset.name,
    location: table.findSite(asset.siteId)?.location ?? "",
    capacity_mwhr: asset.capacityMwhr,
    max_mw: asset.maxMw,
    min_mw: asset.minMw,
    efficiency: asset.efficiency,
    ramp_rate_mw_per_min: asset.rampRateMwPerMin,
    retired: asset.retired,
    fallback_mw: asset.fallbackMw,
  }));
  await sql`
    insert into assets (id, site_id, name, location, capacity_mwhr, max_mw, min_mw, efficiency,
                        ramp_rate_mw_per_min, retired, fallback_mw, origin)
    select *, ${origin}::text from json_to_recordset(${JSON.stringify(assets)}::text::json)
      as given (id uuid, site_id uuid, name text, location text, capacity_mwhr float8, max_mw float8,
                min_mw float8, efficiency float8, ramp_rate_mw_per_min float8,
                retired boolean, fallback_mw float8)
    on conflict (id) do update set site_id = excluded.site_id, name = excluded.name,
      location = excluded.location, capacity_mwhr = excluded.capacity_mwhr, max_mw = excluded.max_mw,
      min_mw = excluded.min_mw, efficiency = excluded.efficiency,
      ramp_rate_mw_per_min = excluded.ramp_rate_mw_per_min, retired = excluded.retired,
      fallback_mw = excluded.fallback_mw, origin = excluded.origin`;
}

async function prune(sql: Sql, ids: readonly string[], log: Log): Promise<void> {
  const gone = uuidArray(sql, ids);
  await sql.unsafe(ALLOW_COMPRESSED);
  const telemetry = await sql`delete from telemetry where asset_id = any(${gone})`;
  const dispatches = await pruneDispatches(sql, gone);
  await sql`delete from asset_states where asset_id = any(${gone})`;
  await sql`delete from assets where id = any(${gone})`;
  const sites = await sql<{ id: string }[]>`
    delete from sites where not exists (select from assets where assets.site_id = sites.id) returning id`;
  const siteIds = sites.map(({ id }) => id);
  // What a site was together stays as it was reported, while the site stays.
  await sql`delete from totals where scope_id = any(${uuidArray(sql, siteIds)})`;
  await pruneMinutes(sql, ASSET_MINUTES, ids);
  await pruneMinutes(sql, TOTALS_MINUTES, siteIds);
  const counts = { assets: ids.length, telemetry: telemetry.count, dispatches };
  log.info(counts, `pruned ${ids.length} assets that the file no longer names`);
}

/** @returns How many were removed. */
async function pruneDispatches(sql: Sql, gone: ReturnType<typeof uuidArray>): Promise<number> {
  // The newest event stays, so that its number is not given again.
  await sql`
    delete from dispatch_events
    where dispatch_id in (select id from dispatches where asset_id = any(${gone}))
      and number < (select max(number) from dispatch_events)`;
  const { count } = await sql`delete from dispatches where asset_id = any(${gone})`;
  await sql`
    delete from dispatch_requests
    where not exists (select from dispatches where request_id = dispatch_requests.id)`;
  return count;
}

/** Removes minutes; a continuous aggregate is made anew from the samples that are there instead. */
async function pruneMinutes(
  sql: Sql,
  { minutes, id }: MinuteSource,
  ids: readonly string[],
): Promise<void> {
  if (await isAggregate(sql, minutes)) await sql`update history_marks set minutes_until = raw_from`;
  else await sql`delete from ${sql(minutes)} where ${sql(id)} = any(${uuidArray(sql, ids)})`;
}

async function readStates(sql: Sql): Promise<Map<string, AssetState>> {
  // States are written now and then; what was reported since lies in telemetry.
  const rows = await sql<(AssetState & { assetId: string })[]>`
    select assets.id as "assetId",
           (extract(epoch from coalesce(t.ts, s.ts)) * 1000)::float8 as "timestampMs",
           coalesce(t.soc_mwhr, s.soc_mwhr) as "socMwhr",
           coalesce(t.current_mw, s.current_mw) as "currentMw",
           coalesce(t.setpoint_mw, s.setpoint_mw) as "setpointMw",
           coalesce(t.energy_in_mwhr, s.energy_in_mwhr) as "energyInMwhr",
           coalesce(t.energy_out_mwhr, s.energy_out_mwhr) as "energyOutMwhr"
    from assets
    join asset_states s on s.asset_id = assets.id
    left join lateral (
      select * from telemetry where telemetry.asset_id = s.asset_id and telemetry.ts > s.ts
      order by asset_id desc, ts desc limit 1
    ) t on true`;
  return new Map(rows.map(({ assetId, ...state }) => [assetId, state]));
}
