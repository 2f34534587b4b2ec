// The stored states of assets.
import type { StoredModelState } from "../../domain/battery/stored-state.ts";
import type { AssetLeft } from "../../domain/ports/fleet-store.ts";
import { listsOf, type Sql } from "../database/client.ts";

/** The columns in their order. As lists: the driver needs longer to make objects. */
type StateRow = readonly [
  assetId: string,
  timestampMs: number,
  socMwhr: number,
  currentMw: number,
  setpointMw: number,
  energyInMwhr: number,
  energyOutMwhr: number,
  modelState: StoredModelState | null,
];

/** The newest states of assets, also of retired ones. @param which A condition on `assets`. */
export async function readStates(
  sql: Sql,
  which = sql`true`,
): Promise<ReadonlyMap<string, AssetLeft>> {
  // States are written now and then; later samples are in telemetry, all of them for a new
  // asset. Every other way to read the time counts in numerics, which needs longer.
  const rows = await sql`
    select id, round(date_part('epoch', ts) * 1e6) / 1e3,
           soc_mwhr, current_mw, setpoint_mw, energy_in_mwhr, energy_out_mwhr, model_state
    from (
      select assets.id, coalesce(t.ts, s.ts) as ts,
             coalesce(t.soc_mwhr, s.soc_mwhr) as soc_mwhr,
             coalesce(t.current_mw, s.current_mw) as current_mw,
             coalesce(t.setpoint_mw, s.setpoint_mw) as setpoint_mw,
             coalesce(t.energy_in_mwhr, s.energy_in_mwhr) as energy_in_mwhr,
             coalesce(t.energy_out_mwhr, s.energy_out_mwhr) as energy_out_mwhr,
             s.model_state
      from assets
      left join asset_states s on s.asset_id = assets.id
      left join lateral (
        select * from telemetry
        where telemetry.asset_id = assets.id and telemetry.ts > coalesce(s.ts, '-infinity')
        order by asset_id desc, ts desc limit 1
      ) t on true
      where ${which}
    ) states where ts is not null`.values();
  return new Map(
    listsOf<StateRow>(rows).map((row) => [
      row[0],
      {
        timestampMs: row[1],
        socMwhr: row[2],
        currentMw: row[3],
        setpointMw: row[4],
        energyInMwhr: row[5],
        energyOutMwhr: row[6],
        modelState: row[7],
      },
    ]),
  );
}
