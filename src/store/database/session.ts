// Session settings that our SQL relies on, pinned against the role, the database and the server.

const PINNED = {
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  transaction_timeout: "0",
  default_transaction_isolation: "read committed",
  standard_conforming_strings: "on",
  array_nulls: "on",
  DateStyle: "ISO, MDY",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
} as const;

const VALUES = Object.entries(PINNED).map(([name, value]) => `('${name}', '${value}')`);

/**
 * Pins the settings of a session; first the setting that could end the rest. Not among the parameters of the connection, because PgBouncer refuses
 * most of them there. Settings that the version does not have are left out. A commit is always waited for. The
 * functions of TimescaleDB are found though their schema is not on the search path: it comes last, so that
 * tables still go into the first one.
 */
export const PIN_SESSION = `
  set statement_timeout = 0;
  select set_config(name, value, false) from (values ${VALUES.join(", ")}) pinned (name, value)
    where current_setting(name, true) is not null
  union all
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'
  union all
  select set_config('search_path', current_setting('search_path') || ', ' || quote_ident(nspname), false)
    from pg_catalog.pg_extension join pg_catalog.pg_namespace n on n.oid = extnamespace
    where extname = 'timescaledb' and current_schema() is not null and nspname <> all (current_schemas(false))`;
