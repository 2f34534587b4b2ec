// The stored states of assets.
import type { StoredModelState } from "../../domain/battery/stored-state.ts";
import type { AssetLeft } from "../../domain/ports/fleet-store.ts";
import { stateValues } from "../../domain/telemetry/columns.ts";
import { listsOf, type Sql } from "../database/client.ts";
import { STATE_COLUMNS } from "../telemetry/columns.ts";

/** The columns in their order, those of the state last. As lists: the driver needs longer to make objects. */
type StateRow = readonly [
  assetId: string,
  timestampMs: number,
  modelState: StoredModelState | null,
  ...number[],
];

const NEWER_COLUMNS = STATE_COLUMNS.map(
  (column) => `coalesce(t.${column}, s.${column}) as ${column}`,
).join(", ");

/** The newest states of assets, also of retired ones. @param which A condition on `assets`. */
export async function readStates(
  sql: Sql,
  which = sql`true`,
): Promise<ReadonlyMap<string, AssetLeft>> {
  // States are written now and then; later samples are in telemetry, all of them for a new
  // asset. Every other way to read the time counts in numerics, which needs longer.
  const rows = await sql`
    select id, round(date_part('epoch', ts) * 1e6) / 1e3,
           model_state, ${sql.unsafe(STATE_COLUMNS.join(", "))}
    from (
      select assets.id, coalesce(t.ts, s.ts) as ts,
             ${sql.unsafe(NEWER_COLUMNS)},
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
      { timestampMs: row[1], ...stateValues((_, n) => row[3 + n] as number), modelState: row[2] },
    ]),
  );
}
