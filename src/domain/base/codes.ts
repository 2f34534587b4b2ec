// Every code that a client can meet, on any transport. A code is never reused for another meaning.

/** Refusals of the fleet, with their meaning. The request was well formed. */
export const REFUSAL_CODES = {
  ASSET_UNKNOWN: "No asset has this id.",
  ASSET_RETIRED: "The asset is retired: it is not simulated, and only its past can be read.",
  SITE_UNKNOWN: "No site has this id.",
  ASSET_EXISTS: "An asset has this id, or had it: an id is used once for ever.",
  ASSET_INVALID: "A field of the asset breaks a rule.",
  DATA_PATH_TAKEN: "Another asset has this data path, or one above or below it.",
  ASSET_LAST: "No asset would be left that runs.",
  SITE_EXISTS: "A site has this id, or had it: an id is used once for ever.",
  SITE_INVALID: "A field of the site breaks a rule.",
  SITE_NOT_EMPTY: "Assets run at the site.",
  SITE_RETIRED: "The site is retired: no asset runs at it, and only its past can be read.",
  MANAGED_BY_FILE:
    "It comes from the assets file, or is of the default fleet: only what came by the API is changed by it.",
  FILE_INVALID: "The assets file has errors, or does not go with what came by the API.",
  FILE_UNREADABLE: "The assets file cannot be read.",
  PRUNE_REFUSED:
    "The assets file no longer names more than half of its assets, whose history would be removed.",
  POWER_OUT_OF_LIMITS: "The power lies outside the limits of the asset or its site.",
  POWER_TOO_SMALL: "The power is smaller than 1 W, and not 0, which stops the asset.",
  DURATION_OUT_OF_RANGE: "The duration is shorter than a second or longer than a year.",
  START_OUT_OF_RANGE: "The start lies in the past, or further ahead than a dispatch may wait.",
  LEASE_OUT_OF_RANGE: "The lease is shorter than a second or longer than a year.",
  WINDOW_TOO_SHORT: "No tick starts in the window.",
  ENERGY_INSUFFICIENT: "The energy does not last for the power and the duration.",
  ENERGY_PROMISED: "The energy is promised to a dispatch that was accepted before.",
  TOO_MANY_DISPATCHES: "As many dispatches of the asset wait for their start as may.",
  SCHEDULE_INVALID: "The intervals of a schedule overlap, are out of order, or are too many.",
  DISPATCH_UNKNOWN: "No dispatch has this id.",
  DISPATCH_ENDED: "The dispatch has ended.",
  ALARM_UNKNOWN: "No alarm has this id.",
  TOKEN_UNKNOWN: "No named token has this name.",
  TOKEN_EXISTS: "A named token has this name.",
  TOKEN_INVALID: "A field of the named token breaks a rule.",
  ROLE_RULE_UNKNOWN: "No role rule has this id.",
  ROLE_RULE_INVALID: "A field of the role rule breaks a rule.",
  TOO_MANY_IDENTITIES: "As many named tokens, or role rules, exist as may.",
  LAST_ADMIN: "No admin of everything would be left.",
  DATA_POINT_UNKNOWN: "No data point has this path.",
  READ_ONLY: "The data point is answered from the fleet: nothing is written to it.",
  DATA_POINT_INVALID: "A field of the description of a data point breaks a rule.",
  VALUE_TYPE_WRONG: "A value is not of the type of its data point.",
  VALUE_INVALID: "A value is missing, not finite, or a matrix that is not whole.",
  VALUE_OUT_OF_RANGE: "A value lies outside the range of its data point.",
  DOCUMENT_INVALID: "A document does not fit the JSON Schema of its data point.",
  UNIT_WRONG: "The unit is not that of the data point.",
  INSTANT_TWICE: "An instant of a path and source is in the request twice.",
  KNOWN_OUT_OF_RANGE: "A value would be known since an instant in the future.",
  EXPIRY_OUT_OF_RANGE: "A value expires that may not, or in the past.",
  TOO_MANY_VALUES: "A request has more values or paths than one may have.",
  SETTING_UNKNOWN: "No setting has this id.",
  SETTING_SCOPE_INVALID: "It is no scope, or none of the kinds that the setting has values for.",
  SETTING_VALUE_INVALID: "The setting does not accept the value.",
  SETTING_VERSION_UNKNOWN: "The setting has no such version for the scope.",
  SETTING_CONFLICT: "The setting was changed since the version that the change expects.",
  NO_LEASE: "The dispatch needs no renewal.",
  REQUEST_ID_REUSED: "The request id was used for another request.",
  FORBIDDEN: "The role that the request needs is not granted.",
  MODE_CONTRADICTS_MW: "The mode says one direction and the sign of the power the other.",
} as const;

/** Why there is no plan of the optimiser. */
export const PLAN_CODES = {
  PLAN_INVALID: "A number of the input breaks a rule.",
  PRICE_INVALID: "A price is no finite number.",
  PRICE_GAP: "A period has no price.",
  PRICES_CROSSED: "Energy brings more than it costs at once.",
  PERIOD_INVALID:
    "The periods are not of 15, 30 or 60 minutes, or do not begin at multiples of that.",
  TOO_MANY_PERIODS:
    "The plan has more periods, or more of them times batteries and scenarios, than one may have.",
  ZONE_UNKNOWN: "No time zone has this name.",
  PLAN_INFEASIBLE: "Requirements cannot be kept together.",
  LOTS_INFEASIBLE: "No plan has volumes in whole lots.",
  PLAN_TIMEOUT: "No plan was found in the time allowed.",
  OPTIMISER_BUSY: "As many plans wait for the optimiser as may.",
  OPTIMISER_FAILED: "The optimiser crashed, or computed far beyond its time.",
} as const;

/** Errors of the request itself, before the fleet decides. */
export const REQUEST_CODES = {
  BAD_JSON: "The body is not JSON.",
  BAD_INPUT: "A field is missing, unknown, or not of its type.",
  BAD_UUID: "An id is not a UUID.",
  BAD_REQUEST: "The request is not valid HTTP, too large in its head, or too slow.",
  ROUTE_UNKNOWN: "No route has this path.",
  METHOD_NOT_ALLOWED: "The route does not know this method.",
  BODY_TOO_LARGE: "The body is larger than one may be.",
  MEDIA_TYPE_UNSUPPORTED: "The type, the charset or the encoding of the body is not taken.",
  NOT_ACCEPTABLE: "The answer cannot be given in a form that the request accepts.",
  HOST_UNKNOWN: "The Host header names a host that this server does not answer for.",
  CROSS_SITE: "The request comes from a page of another site.",
  UNAUTHORIZED: "The request needs a sign-in, and no token came, or one that is not accepted.",
  TOO_MANY_SIGN_INS: "Too many tokens that are not accepted came from this address.",
  VERSION_REQUIRED: "The change needs the version that it is based on.",
  TOO_MANY_STEPS: "The range has more steps of this width than an answer may have.",
  TOO_MANY_IDS: "A list has more ids than one may have.",
  BATCH_REFUSED: "A request holds one operation, not a list of them.",
  TOO_MANY_SOCKETS: "As many WebSockets and event streams are open as may be.",
  TOO_MANY_OPERATIONS: "As many operations run on this WebSocket as may.",
  BAD_CURSOR: "A cursor was not given by this server.",
  PERSISTED_QUERY_NOT_SUPPORTED: "No query is kept under its hash: send its text.",
  GRAPHQL_PARSE_FAILED: "The text is not a GraphQL document.",
  GRAPHQL_VALIDATION_FAILED: "The document does not fit the schema.",
  QUERY_TOO_LONG: "The document has more tokens than one may have.",
  QUERY_TOO_DEEP: "The document, or a variable, nests deeper than it may.",
  TOO_MANY_ALIASES: "The document asks for more fields under other names than it may.",
  QUERY_TOO_COMPLEX: "The document, or its answer, may be more work than one may be.",
  INTROSPECTION_OFF: "Introspection of the schema is off.",
} as const;

/** Faults of the server. */
export const FAULT_CODES = {
  NOT_READY: "The server is starting or stopping.",
  STORE_UNAVAILABLE: "The database is unavailable; live telemetry goes on.",
  SIGN_IN_UNAVAILABLE:
    "The provider of the sign-in was not reached yet; other tokens are accepted.",
  HISTORY_BUSY: "As many questions about the past wait as may; all else goes on.",
  HISTORY_TIMEOUT: "The question about the past took longer than one may, and was cancelled.",
  INTERNAL: "Something failed that should not; the log has it under the request id.",
} as const;

/** Why the health of the server is degraded, with its meaning. */
export const HEALTH_CODES = {
  STORE_DEGRADED:
    "What was reported waits for the database or the disk, was set aside, or is lost from history.",
  TICKS_SKIPPED: "Ticks were left out, because the server was too far behind.",
  TICKS_LATE: "Ticks take longer than they may.",
  SIGN_IN_DEGRADED:
    "The keys of the provider of the sign-in could not be renewed; tokens are checked by those that are known.",
  CLOCK_AHEAD: "What is stored, or the clock of the server, is ahead of the clock of the machine.",
} as const;

export type RefusalCode = keyof typeof REFUSAL_CODES;
export type PlanCode = keyof typeof PLAN_CODES;
export type RequestCode = keyof typeof REQUEST_CODES;
export type FaultCode = keyof typeof FAULT_CODES;
export type HealthCode = keyof typeof HEALTH_CODES;
export type Code = RefusalCode | RequestCode | FaultCode;
