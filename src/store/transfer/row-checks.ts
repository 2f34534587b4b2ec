// Checks of staged rows, in SQL: the error of a value that its column accepts but this program does not, or null.
import { ALARM_CODES, ALARM_SEVERITIES } from "../../domain/alarm/codes.ts";
import { DATA_POINT_TYPES } from "../../domain/data-point/data-point.ts";
import { DISPATCH_STATUSES } from "../../domain/dispatch/status.ts";
import type { TableColumn } from "./table-columns.ts";

/** @param isOlder Whether an older version wrote the rows, with states of its own. */
export function rowChecks(
  table: string,
  columns: readonly TableColumn[],
  isOlder: boolean,
): string[] {
  const checks = columns.flatMap(({ name, type }) => {
    // NaN and infinity would spread through every sum.
    if (type === "double precision")
      return `when ${name} = 'NaN' or abs(${name}) = 'infinity' then '${name}: ' || ${name}::text || ' is no finite number'`;
    // PostgreSQL has no interval up to infinity, and a date of JavaScript has bounds.
    if (type === "timestamp with time zone")
      return `when not (${name} >= '0001-01-01 00:00:00+00' and ${name} < '10000-01-01 00:00:00+00') then '${name}: ' || ${name}::text || ' is no instant of the years 1 to 9999'`;
    return [];
  });
  const has = (name: string) => columns.some((column) => column.name === name);
  if (table === "assets" && has("capacity_mwhr"))
    checks.push(
      "when capacity_mwhr < 0 then 'capacity_mwhr: ' || capacity_mwhr || ' is below 0 MWh'",
    );
  if (has("model_state"))
    checks.push(
      `when model_state is not null and not coalesce(${IS_MODEL_STATE}, false) then 'model_state: ' || left(model_state::text, 60) || ' is not the state of a battery model: an object with model, version and state'`,
    );
  if (has("site_id") && has("name"))
    checks.push(
      "when site_id is not null and not exists (select from sites where sites.id = site_id) then 'site_id: no site has the id ' || site_id",
    );
  if (!isOlder && table.startsWith("dispatch"))
    for (const name of ["status", "from_status", "to_status"].filter(has))
      checks.push(isAmong(name, DISPATCH_STATUSES));
  if (table === "alarms" && has("code")) checks.push(isAmong("code", ALARM_CODES));
  if (table === "alarms" && has("severity")) checks.push(isAmong("severity", ALARM_SEVERITIES));
  if (has("source") && has("path")) checks.push(isAmong("source", ["original", "override"]));
  if (table === "data_points" && has("type"))
    checks.push(isAmong("type", Object.keys(DATA_POINT_TYPES)), IS_BLOCK_LENGTH);
  if (table === "setting_values") checks.push(HAS_SCOPE, HAS_VERSION);
  if (table === "data_point_blocks") checks.push(HAS_NUMBERS);
  if (table === "data_point_writes" && has("changes")) checks.push(HAS_CHANGES);
  return checks;
}

const UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** Of a kind that this version does not know: it is kept, as a setting of an unknown id is. */
const OTHER_SCOPE = "(?!(platform|site|asset|flow):)[a-z][a-z0-9_-]{0,63}:[!-~]{1,255}";
const HAS_SCOPE = `when scope !~ '^(platform|(site|asset):${UUID}|flow:[a-z][a-z0-9_-]*|${OTHER_SCOPE})$'
  then 'scope: ' || quote_literal(left(scope, 60)) || ' is none of platform, site:<uuid>, asset:<uuid> and flow:<name>, and of no other kind'`;
const HAS_VERSION = "when version < 1 then 'version: ' || version || ' is below 1'";
const IS_BLOCK_LENGTH =
  "when block_ms not in (3600000, 86400000) then 'block_ms: ' || block_ms || ' is neither an hour nor a day'";
const HAS_NUMBERS = `when coalesce(
    'NaN' = any("values") or 'infinity' = any("values") or '-infinity' = any("values")
    or cardinality("values") <> coalesce(cardinality(offsets_ms), cardinality("values"))
    or cardinality("values") > 0 and (first_ms is null or offsets_ms is null and (step_ms is null or step_ms <= 0))
    or is_derived and cardinality(origin_places) is distinct from cardinality("values"), false)
  then 'values: they are not finite numbers, each with an instant'`;

/** Each is a list of path, source, two instants, author and instant. */
const HAS_CHANGES = `when changes is not null and (json_typeof(changes) <> 'array' or jsonb_path_exists(changes::jsonb,
    'strict $[*] ? (!(@.type() == "array" && @.size() == 6 && @[0].type() == "string" && (@[1] == "original" || @[1] == "override")
      && @[2].type() == "number" && @[3].type() == "number" && @[4].type() == "string" && @[5].type() == "number"))'))
  then 'changes: ' || left(changes::text, 60) || ' is no list of changes'`;

/** The check that a column has one of these names. */
function isAmong(column: string, names: readonly string[]): string {
  const known = names.map((name) => `'${name}'`).join(", ");
  return `when ${column} not in (${known}) then '${column}: ' || quote_literal(left(${column}, 40)) || ' is none of ${names.join(", ")}'`;
}

const IS_MODEL_STATE = `jsonb_typeof(model_state -> 'model') = 'string'
  and jsonb_typeof(model_state -> 'version') = 'number' and jsonb_typeof(model_state -> 'state') = 'object'`;
