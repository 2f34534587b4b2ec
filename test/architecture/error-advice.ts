// What a client can do about each code, for the page of the errors.
import type {
  FaultCode,
  HealthCode,
  PlanCode,
  RefusalCode,
  RequestCode,
} from "../../src/domain/base/codes.ts";

export const REFUSAL_ADVICE: Readonly<Record<RefusalCode, string>> = {
  ASSET_UNKNOWN: "Read the ids from `GET /assets`.",
  ASSET_RETIRED:
    "Read its history. One of the assets file runs again once `retired` is removed there.",
  SITE_UNKNOWN: "Read the ids from `GET /sites`.",
  ASSET_EXISTS: "Register the asset under a new UUID, or change the one that is there.",
  DATA_PATH_TAKEN:
    "Give the asset a `data_path` of its own, neither above nor below that of another.",
  ASSET_INVALID: "Correct the field that the message names.",
  ASSET_LAST: "Register another asset first.",
  SITE_EXISTS: "Register the site under a new UUID, or change the one that is there.",
  SITE_INVALID: "Correct the field that the message names.",
  SITE_NOT_EMPTY: "Retire the assets of the site first.",
  SITE_RETIRED:
    "Use another site. One of the assets file is in use again once `retired` is removed there.",
  MANAGED_BY_FILE: "Change the assets file, and reload it: `POST /assets/reload`.",
  FILE_INVALID: "Correct the lines in `errors`; the fleet is as it was.",
  FILE_UNREADABLE: "Look whether the file exists and may be read; the fleet is as it was.",
  PRUNE_REFUSED: "Look whether it is the right file; where it is, start with `PRUNE=1`.",
  POWER_OUT_OF_LIMITS: "Stay within `min_mw` and `max_mw`; `limited_by` names the limit.",
  POWER_TOO_SMALL: "Request 0 MW, or at least 0.000001 MW.",
  DURATION_OUT_OF_RANGE: "Request 1 s to 366 days, or leave the duration out.",
  START_OUT_OF_RANGE: "Begin within 31 days from now, or leave the start out.",
  LEASE_OUT_OF_RANGE: "Request 1 s to 366 days, or leave the lease out.",
  WINDOW_TOO_SHORT: "Request a duration of at least one tick.",
  ENERGY_INSUFFICIENT: "Request `longest_duration_s` or `highest_mw`, or `on_shortfall: curtail`.",
  ENERGY_PROMISED:
    "Request `longest_duration_s` or `highest_mw`, or cancel the dispatch with the promise.",
  TOO_MANY_DISPATCHES: "Cancel some, or give a schedule.",
  SCHEDULE_INVALID: "Put the intervals in the order of time, without overlap, 3,000 at most.",
  DISPATCH_UNKNOWN: "Read the ids from `GET /dispatches`; those that ended are removed in the end.",
  DISPATCH_ENDED: "Request a new dispatch.",
  ALARM_UNKNOWN: "Read the ids from `GET /alarms`; those that were cleared are removed in the end.",
  TOKEN_UNKNOWN: "Read the names from `GET /tokens`; one that was withdrawn is not among them.",
  TOKEN_EXISTS: "Choose another name, or withdraw the token of this name first.",
  TOKEN_INVALID: "Correct the field that the message names.",
  ROLE_RULE_UNKNOWN: "Read the ids from `GET /role_rules`.",
  ROLE_RULE_INVALID: "Correct the field that the message names.",
  TOO_MANY_IDENTITIES: "Withdraw tokens, or remove rules, that are no longer used.",
  LAST_ADMIN:
    "Make another admin of everything first: a named token, a role rule, `API_TOKEN` or `OIDC_ADMIN`.",
  READ_ONLY:
    "Dispatch the asset, or write to `Schedule/Target` beside it: see [the fleet](data-points.md#the-fleet).",
  DATA_POINT_UNKNOWN: "Read the paths from `GET /data_points`, or describe it first.",
  DATA_POINT_INVALID: "Correct the field that the message names.",
  VALUE_TYPE_WRONG: "Send a value of the type that the catalogue has for the path.",
  VALUE_INVALID: "Send a finite value; to take one away, withdraw it.",
  VALUE_OUT_OF_RANGE: "Correct the value, or describe the data point with another range.",
  DOCUMENT_INVALID: "Correct the document at the place that the message names.",
  UNIT_WRONG: "Convert the values to the unit of the catalogue.",
  INSTANT_TWICE: "Send one value of a path and source for each instant.",
  KNOWN_OUT_OF_RANGE: "Leave `known` out, or set the clock.",
  EXPIRY_OUT_OF_RANGE: "Give overrides an instant in the future.",
  TOO_MANY_VALUES: "Send the others in further requests.",
  SETTING_UNKNOWN: "Read the ids from `GET /settings`.",
  SETTING_SCOPE_INVALID: "Use one of the `scopes` of the setting.",
  SETTING_VALUE_INVALID: "Send a value that fits the `json_schema` of the setting.",
  SETTING_VERSION_UNKNOWN: "Read the versions from `GET /settings/{id}/history`.",
  SETTING_CONFLICT:
    "Look at the change of the other, in `current`, and send yours again with its version.",
  NO_LEASE: "Do not renew it: it has no `valid_for_s`.",
  REQUEST_ID_REUSED: "Give each request an id of its own, such as a UUID.",
  FORBIDDEN: "Have an admin grant the role that the message names.",
  MODE_CONTRADICTS_MW: "Leave `mode` out: the sign of the power says the direction.",
};

export const REQUEST_ADVICE: Readonly<Record<RequestCode, string>> = {
  BAD_JSON: "Check quotes and commas.",
  BAD_INPUT: "Correct the field that the message names; `/docs` has the types.",
  BAD_UUID: "Send an id as `GET /assets` has it.",
  BAD_REQUEST: "Check the client, and proxies between.",
  ROUTE_UNKNOWN: "Look at `/docs` for the routes.",
  METHOD_NOT_ALLOWED: "Use a method of the header `Allow`; send mutations by POST.",
  BODY_TOO_LARGE: "Send less at once, or raise `MAX_MESSAGE_KB`.",
  MEDIA_TYPE_UNSUPPORTED: "Send `application/json` in UTF-8, without an encoding.",
  NOT_ACCEPTABLE:
    "Accept a media type that the message names, or `*/*`; for a subscription `text/event-stream`.",
  HOST_UNKNOWN: "Name the host in `ALLOWED_HOSTS`.",
  CROSS_SITE: "Name the origin of the page in `CORS_ORIGIN`; check what a proxy sends as `Host`.",
  UNAUTHORIZED: "Send the header `Authorization: Bearer` with a token that is accepted.",
  TOO_MANY_SIGN_INS: "Wait for a minute, then send a token that is accepted.",
  VERSION_REQUIRED: "Send the `ETag` of the setting as `If-Match`.",
  TOO_MANY_STEPS: "Ask for wider steps or a shorter range; the message has the width.",
  TOO_MANY_IDS: "Ask in several requests, or raise `MAX_LIST_IDS`.",
  BATCH_REFUSED: "Send one operation in each request.",
  TOO_MANY_SOCKETS: "Close some, or raise `MAX_SOCKETS`.",
  TOO_MANY_OPERATIONS: "Complete one first, or raise `MAX_SOCKET_OPERATIONS`.",
  BAD_CURSOR: "Leave `after` out to begin anew.",
  PERSISTED_QUERY_NOT_SUPPORTED:
    "Send the text of the query; Apollo's clients do so by themselves.",
  GRAPHQL_PARSE_FAILED: "Correct the document at the place in `locations`.",
  GRAPHQL_VALIDATION_FAILED: "Compare the document with the schema.",
  QUERY_TOO_LONG: "Ask for less in one document, or raise `MAX_QUERY_TOKENS`.",
  QUERY_TOO_DEEP: "Ask in two queries, or raise `MAX_QUERY_DEPTH`.",
  TOO_MANY_ALIASES: "Ask for a list instead, or raise `MAX_QUERY_ALIASES`.",
  QUERY_TOO_COMPLEX: "Ask for smaller pages, fewer assets, a shorter range or wider steps.",
  INTROSPECTION_OFF: "Read `schema.graphql`, or start with `INTROSPECTION=1`.",
};

export const FAULT_ADVICE: Readonly<Record<FaultCode, string>> = {
  NOT_READY: "Try again in a moment; a standby answers so until it is the leader.",
  STORE_UNAVAILABLE: "Try again; `/health/ready` has the reason.",
  SIGN_IN_UNAVAILABLE: "Try again; `/health/ready` has the reason.",
  HISTORY_BUSY: "Try again in a moment, with fewer queries at once.",
  HISTORY_TIMEOUT: "Ask for a shorter range, or for steps of whole minutes.",
  INTERNAL: "Look into the log under the request id, and report it.",
};

export const HEALTH_ADVICE: Readonly<Record<HealthCode, string>> = {
  SIGN_IN_DEGRADED: "Look whether the server reaches `OIDC_ISSUER`; the log has the cause.",
  STORE_DEGRADED: "Start the database, or free space on the disk, as the message says.",
  TICKS_SKIPPED: "Give the machine more time, or set longer ticks.",
  TICKS_LATE: "Give the machine more time, set longer ticks, or run fewer assets.",
  CLOCK_AHEAD: "Set the clock of the machine where it is wrong.",
};

export const PLAN_ADVICE: Readonly<Record<PlanCode, string>> = {
  PLAN_INVALID: "Correct the field that the message names.",
  PRICE_INVALID: "Correct the price of the row or period that the message names.",
  PRICE_GAP: "Give a price for each period, without a gap.",
  PRICES_CROSSED: "Look whether the columns of buying and selling are confused.",
  PERIOD_INVALID:
    "Give periods of 15, 30 or 60 minutes that begin at full quarters, halves or hours.",
  TOO_MANY_PERIODS: "Plan a part of the time, or fewer batteries or scenarios at once.",
  ZONE_UNKNOWN: "Name a zone of IANA, like `Europe/Helsinki`.",
  PLAN_INFEASIBLE: "Relax one of the requirements that the message names, by as much as it says.",
  LOTS_INFEASIBLE: "Choose a smaller lot, or leave the SoC at the end more freedom.",
  PLAN_TIMEOUT: "Allow more time, or plan fewer periods.",
  OPTIMISER_BUSY: "Try again in a moment.",
  OPTIMISER_FAILED: "Try again; where it fails again, plan fewer periods, or leave `--exact` out.",
};
