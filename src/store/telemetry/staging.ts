// The staging of rows of telemetry: a temporary table of a connection, from which they are stored in one transaction.
import { FLOAT_COLUMNS } from "./columns.ts";
import { ALLOW_COMPRESSED } from "./timescale.ts";

/**
 * The range of values whose sums and products stay within doubles: a value beyond, or NaN, would stop
 * or spoil the totals of an instant.
 */
const IN_RANGE = FLOAT_COLUMNS.map(
  (column) => `(${column} = 0 or abs(${column}) between 1e-100 and 1e100)`,
).join(" and ");

/** Makes the table, as SQL, and lets the transaction change compressed chunks. */
export const STAGING_SQL = `${ALLOW_COMPRESSED}; create temp table if not exists staging
  (like telemetry, constraint numbers_in_range check (${IN_RANGE})) on commit delete rows`;
