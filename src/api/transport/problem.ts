// Problems of RFC 9457, with the codes that every transport shares.

import { z } from "@hono/zod-openapi";
import { type Code, FAULT_CODES, REFUSAL_CODES, REQUEST_CODES } from "../../domain/base/codes.ts";
import { REFUSAL_TEXTS } from "../../domain/dispatch/fields.ts";

const STATUS: Readonly<Record<Code, number>> = {
  ASSET_UNKNOWN: 404,
  ASSET_RETIRED: 422,
  SITE_UNKNOWN: 404,
  ASSET_EXISTS: 409,
  DATA_PATH_TAKEN: 409,
  ASSET_INVALID: 422,
  ASSET_LAST: 409,
  SITE_EXISTS: 409,
  SITE_INVALID: 422,
  SITE_NOT_EMPTY: 409,
  SITE_RETIRED: 422,
  MANAGED_BY_FILE: 409,
  FILE_INVALID: 422,
  FILE_UNREADABLE: 422,
  PRUNE_REFUSED: 409,
  POWER_OUT_OF_LIMITS: 422,
  POWER_TOO_SMALL: 422,
  DURATION_OUT_OF_RANGE: 422,
  START_OUT_OF_RANGE: 422,
  LEASE_OUT_OF_RANGE: 422,
  WINDOW_TOO_SHORT: 422,
  ENERGY_INSUFFICIENT: 422,
  ENERGY_PROMISED: 422,
  TOO_MANY_DISPATCHES: 422,
  SCHEDULE_INVALID: 422,
  DISPATCH_UNKNOWN: 404,
  DISPATCH_ENDED: 409,
  ALARM_UNKNOWN: 404,
  TOKEN_UNKNOWN: 404,
  TOKEN_EXISTS: 409,
  TOKEN_INVALID: 422,
  ROLE_RULE_UNKNOWN: 404,
  ROLE_RULE_INVALID: 422,
  TOO_MANY_IDENTITIES: 409,
  LAST_ADMIN: 409,
  DATA_POINT_UNKNOWN: 404,
  READ_ONLY: 409,
  DATA_POINT_INVALID: 422,
  VALUE_TYPE_WRONG: 422,
  VALUE_INVALID: 422,
  VALUE_OUT_OF_RANGE: 422,
  DOCUMENT_INVALID: 422,
  UNIT_WRONG: 422,
  INSTANT_TWICE: 422,
  KNOWN_OUT_OF_RANGE: 422,
  EXPIRY_OUT_OF_RANGE: 422,
  TOO_MANY_VALUES: 422,
  SETTING_UNKNOWN: 404,
  SETTING_SCOPE_INVALID: 422,
  SETTING_VALUE_INVALID: 422,
  SETTING_VERSION_UNKNOWN: 404,
  SETTING_CONFLICT: 409,
  NO_LEASE: 409,
  REQUEST_ID_REUSED: 409,
  MODE_CONTRADICTS_MW: 422,
  BAD_JSON: 400,
  BAD_INPUT: 400,
  BAD_UUID: 400,
  BAD_REQUEST: 400,
  ROUTE_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  NOT_ACCEPTABLE: 406,
  HOST_UNKNOWN: 421,
  CROSS_SITE: 403,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  TOO_MANY_SIGN_INS: 429,
  VERSION_REQUIRED: 428,
  TOO_MANY_STEPS: 400,
  TOO_MANY_IDS: 400,
  BATCH_REFUSED: 400,
  TOO_MANY_SOCKETS: 503,
  TOO_MANY_OPERATIONS: 429,
  BAD_CURSOR: 400,
  // As Apollo's server answers it: clients read the message, and some only that of a 200.
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  QUERY_TOO_LONG: 400,
  QUERY_TOO_DEEP: 400,
  TOO_MANY_ALIASES: 400,
  QUERY_TOO_COMPLEX: 400,
  INTROSPECTION_OFF: 400,
  NOT_READY: 503,
  STORE_UNAVAILABLE: 503,
  SIGN_IN_UNAVAILABLE: 503,
  HISTORY_BUSY: 503,
  HISTORY_TIMEOUT: 503,
  INTERNAL: 500,
};

/** The media type of a response with a problem. */
export const PROBLEM_TYPE = "application/problem+json";

/** When to retry a request that may soon succeed, in s. */
const RETRY_AFTER_S = "1";

const TITLES: Readonly<Record<Code, string>> = {
  ...REFUSAL_CODES,
  ...REQUEST_CODES,
  ...FAULT_CODES,
};

const FieldError = z.object({
  field: z.string().optional().openapi({ description: "The field, as a path; none in a file." }),
  line: z.int().optional().openapi({ description: "In a file: the line, from 1 on." }),
  column: z.int().optional().openapi({ description: "In a file: the column, from 1 on." }),
  message: z.string().openapi({ description: "What is wrong with it." }),
  code: z
    .enum(Object.keys(STATUS) as Code[])
    .optional()
    .openapi({ description: "Stable, for programs, where a rule of the fleet is broken." }),
});

export const Problem = z
  .object({
    type: z
      .literal("about:blank")
      .openapi({ description: "As in RFC 9457: the code is specific." }),
    title: z.string().openapi({ description: "What the code means." }),
    status: z.int().openapi({ description: "The HTTP status." }),
    code: z.enum(Object.keys(STATUS) as Code[]).openapi({ description: "Stable, for programs." }),
    detail: z.string().openapi({ description: "What is wrong with this request, and what to do." }),
    field: z
      .string()
      .optional()
      .openapi({ description: "The field at fault, where there is one." }),
    errors: z.array(FieldError).optional().openapi({ description: "Every field at fault." }),
    requested_mw: z.number().optional().openapi({ description: REFUSAL_TEXTS.requestedMw }),
    min_mw: z.number().optional().openapi({ description: REFUSAL_TEXTS.minMw }),
    max_mw: z.number().optional().openapi({ description: REFUSAL_TEXTS.maxMw }),
    longest_duration_s: z.int().optional().openapi({ description: REFUSAL_TEXTS.longestDurationS }),
    highest_mw: z.number().optional().openapi({ description: REFUSAL_TEXTS.highestMw }),
    limited_by: z.string().optional().openapi({ description: REFUSAL_TEXTS.limitedBy }),
    retry_after_s: z
      .int()
      .optional()
      .openapi({ description: "When to try again, in s, as in the header Retry-After." }),
    current: z.record(z.string(), z.unknown()).optional().openapi({
      description:
        "Of a setting that was changed meanwhile: that change, as in its history; left out where it has none.",
    }),
    row: z.int().optional().openapi({ description: "Of data: the row at fault, from 1 on." }),
    column: z.string().optional().openapi({ description: "Of data: the column at fault." }),
    index: z.int().nullable().optional().openapi({
      description:
        "Of a schedule that is refused: the place of the first interval that fails, from 0 on; null where the list itself does.",
    }),
  })
  .openapi("Problem");
export type Problem = z.output<typeof Problem>;

/** Whether a text is one of the codes. */
export function isCode(text: unknown): text is Code {
  return typeof text === "string" && Object.hasOwn(STATUS, text);
}

/** The problem of a code. `detail`: what is wrong, the value, the limit, and what to do. */
export function problem(
  code: Code,
  detail: string,
  more: Omit<Partial<Problem>, "code" | "detail"> = {},
): Problem {
  return { type: "about:blank", title: TITLES[code], status: STATUS[code], code, detail, ...more };
}

export const NOT_JSON = problem("BAD_JSON", "the body is not JSON: check quotes and commas");

/** Headers of a response with a problem. */
export function problemHeaders({ status, retry_after_s }: Problem): Record<string, string> {
  const retryAfter = retry_after_s?.toString() ?? (status === 503 ? RETRY_AFTER_S : undefined);
  return { "content-type": PROBLEM_TYPE, ...(retryAfter && { "retry-after": retryAfter }) };
}

/** The response with a problem. */
export function problemResponse(it: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(it), {
    status: it.status,
    headers: { ...problemHeaders(it), ...headers },
  });
}
