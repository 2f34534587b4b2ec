// What a dispatch is refused with, and how a request names itself.
import { z } from "@hono/zod-openapi";
import type { DispatchRefusal, RequestField } from "../../domain/dispatch-request.ts";
import { type Problem, problem } from "../problem.ts";
import { RequestId } from "./dispatch-shapes.ts";

export const IdempotencyKey = z.object({
  "idempotency-key": RequestId.optional().openapi({
    description: "Another way to say request_id.",
  }),
});

/** The name of a request, said in one way or the other; or why the two do not go together. */
export function requestIdOf(
  inBody: string | null | undefined,
  headers: z.output<typeof IdempotencyKey>,
): string | undefined | Problem {
  const key = headers["idempotency-key"];
  const id = inBody ?? key;
  if (key === undefined || key === id) return id;
  return problem(
    "BAD_INPUT",
    "request_id and the header Idempotency-Key name the request differently: send one of them",
    { field: "request_id" },
  );
}

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

/** The status of a refusal, as the routes document it. */
export function refusalStatus({ status }: Problem): 404 | 409 | 422 {
  return status === 404 || status === 409 ? status : 422;
}
