import type { Dispatch } from "../domain/dispatch.ts";
import type { DispatchStore } from "../domain/ports/dispatch-store.ts";
import { type Client, type Sql, uuidArray } from "./client.ts";

const DEADLINE_MS = 5_000;

/** A dispatch is committed before `add` resolves. */
export function createDispatchStore(client: Client): DispatchStore {
  return {
    add: (dispatch) =>
      client.within(DEADLINE_MS, async (sql) => {
        const [row] = await sql<{ position: string }[]>`
          insert into dispatches (id, asset_id, mw, duration_s, status, reason, submitted_at)
          values (${dispatch.id}, ${dispatch.assetId}, ${dispatch.mw}, ${dispatch.durationS}, ${dispatch.status},
                  ${dispatch.reason}, ${new Date(dispatch.submittedAtMs).toISOString()})
          returning sequence as position`;
        return Number(row?.position);
      }),
    find: (id) =>
      client.within(DEADLINE_MS, async (sql) => {
        const [row] = await sql<
          DispatchRow[]
        >`select ${columns(sql)} from dispatches where id = ${id}`;
        return row && toDispatch(row);
      }),
    list: ({ assetIds, statuses, before, limit }) =>
      client.within(DEADLINE_MS, async (sql) => {
        const rows = await sql<(DispatchRow & { position: string })[]>`
          select ${columns(sql)}, sequence as position from dispatches
          where (${assetIds === undefined} or asset_id = any(${uuidArray(sql, assetIds ?? [])}))
            and (${statuses === undefined} or ${JSON.stringify(statuses ?? [])}::text::jsonb ? status)
            and (${before === undefined} or sequence < ${before ?? 0})
          order by sequence desc limit ${limit}`;
        return rows.map(({ position, ...row }) => ({
          position: Number(position),
          dispatch: toDispatch(row),
        }));
      }),
  };
}

interface DispatchRow extends Omit<Dispatch, "durationS"> {
  readonly durationS: string | null;
}

function columns(sql: Sql) {
  return sql`id, asset_id as "assetId", mw, duration_s as "durationS", status, reason,
             (extract(epoch from submitted_at) * 1000)::float8 as "submittedAtMs"`;
}

function toDispatch(row: DispatchRow): Dispatch {
  return { ...row, durationS: row.durationS === null ? null : Number(row.durationS) };
}
