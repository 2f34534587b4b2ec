// The columns of the tables that hold figures of telemetry.
import { snakeCase } from "../../domain/base/snake-case.ts";
import { RATING_FIELDS, STATE_FIELDS, TICK_FIELDS } from "../../domain/telemetry/columns.ts";

/** Columns that are constant for an asset, as long as it is not changed. */
const RATING_COLUMNS = RATING_FIELDS.map(snakeCase);
const TICK_COLUMNS = TICK_FIELDS.map(snakeCase);

/** The columns of a sample, in the order of the bytes of a row: first those that are constant for an asset. */
export const ROW_COLUMNS: readonly string[] = [
  ...["asset_id", "site_id"],
  ...RATING_COLUMNS,
  ...["dt_s", "ts"],
  ...TICK_COLUMNS,
  ...["status", "limited_by"],
];

/** The columns of a sample that are numbers. */
export const FLOAT_COLUMNS: readonly string[] = [...RATING_COLUMNS, "dt_s", ...TICK_COLUMNS];

/** The columns of the state of an asset that are numbers. */
export const STATE_COLUMNS: readonly string[] = STATE_FIELDS.map(snakeCase);

const STATE_LIST = ["asset_id", "ts", ...STATE_COLUMNS].join(", ");

/**
 * Advances the states of assets to their newest samples, as SQL.
 *
 * @param rows  A table of samples, with a condition where not all of them count.
 * @param reset Further columns that are set where a state advances, as SQL.
 */
export function advanceStatesSql(rows: string, reset: readonly string[] = []): string {
  const set = ["ts", ...STATE_COLUMNS].map((column) => `${column} = excluded.${column}`);
  return `
    insert into asset_states (${STATE_LIST})
    select distinct on (asset_id) ${STATE_LIST} from ${rows} order by asset_id desc, ts desc
    on conflict (asset_id) do update set ${[...set, ...reset].join(", ")}
    where asset_states.ts < excluded.ts`;
}
