// What a dispatch is refused with, and how a request names itself.

import {
  type DispatchRefusal,
  REQUEST_ID,
  type RequestField,
} from "../../../domain/dispatch/request.ts";
import { inputProblem } from "../../transport/input-problem.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { RequestId } from "./shapes.ts";

/** The header that names a request, in lower case. */
export const KEY_HEADER = "idempotency-key";

/** As OpenAPI has it. To check it with the rest of a request, all headers would be made into an object first. */
export const IDEMPOTENCY_KEY = {
  name: KEY_HEADER,
  in: "header",
  required: false,
  schema: { type: "string", pattern: REQUEST_ID.source },
  description: "Another way to say request_id.",
} as const;

/** The name of a request, said in one way or the other; or why it may not have it, or the two do not go together. */
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
  "request_id and the header Idempotency-Key name the request differently: send one of them",
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

/** The problem of a refusal, which says the numbers that a caller needs to do better. */
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
