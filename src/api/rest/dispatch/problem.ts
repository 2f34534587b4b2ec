// The problems of refused dispatches, and the id of a request.

import {
  type DispatchRefusal,
  REQUEST_ID,
  type RequestField,
} from "../../../domain/dispatch/request.ts";
import { inputProblem } from "../../transport/input-problem.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { RequestId } from "./shapes.ts";

/** The header with the id of a request, in lower case. */
export const KEY_HEADER = "idempotency-key";

/** The header in OpenAPI. Checked with the rest of a request, all headers would be copied into an object first. */
export const IDEMPOTENCY_KEY = {
  name: KEY_HEADER,
  in: "header",
  required: false,
  schema: { type: "string", pattern: REQUEST_ID.source },
  description: "The same as request_id.",
} as const;

/** The id of a request, from its header or its body; or the problem where it is invalid, or the two differ. */
export function requestIdOf(
  key: string | undefined,
  inBody: string | null | undefined,
): string | undefined | Problem {
  if (key === undefined || key === inBody) return inBody ?? undefined;
  const checked = RequestId.safeParse(key);
  if (!checked.success) return inputProblem(checked.error, key, KEY_HEADER);
  return inBody === null || inBody === undefined ? key : DIFFERENT;
}

const DIFFERENT = problem(
  "BAD_INPUT",
  "request_id and the header Idempotency-Key differ: send one of them",
  { field: "request_id" },
);

const FIELDS: Readonly<Record<RequestField, string>> = {
  id: "id",
  assetId: "asset_id",
  siteId: "site_id",
  mw: "mw",
  durationS: "duration_s",
  startAtMs: "start_at",
  validForS: "valid_for_s",
  onShortfall: "on_shortfall",
  requestId: "request_id",
  intervals: "intervals",
  mode: "mode",
};

/** The problem of a refusal, with the numbers that a client needs to correct its request. */
export function refusalProblem(refusal: DispatchRefusal, field = FIELDS[refusal.field]): Problem {
  const { code, message, ...limits } = refusal;
  return problem(code, message, {
    field,
    requested_mw: limits.requestedMw,
    min_mw: limits.minMw,
    max_mw: limits.maxMw,
    limited_by: limits.limitedBy,
    longest_duration_s: limits.longestDurationS,
    highest_mw: limits.highestMw,
  });
}
