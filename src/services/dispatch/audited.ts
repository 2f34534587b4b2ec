// What the audit log says of requests for dispatches, and of changes to them.
import type { Json } from "../../domain/audit/record.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { DispatchRequest } from "../../domain/dispatch/request.ts";
import type { Audited } from "../audit/audit.ts";
import type { Accepted, ScheduleRequest, SiteRequest } from "./decide.ts";

export type RequestAction = "dispatch.request" | "site.dispatch" | "schedule.set";

/** @param accepted Left out: it is refused, and what was requested is shown. */
export function auditedRequest(
  action: RequestAction,
  request: DispatchRequest | SiteRequest | ScheduleRequest,
  accepted?: Accepted,
): Audited {
  const target =
    "siteId" in request
      ? `site:${request.siteId.toLowerCase()}`
      : `asset:${request.assetId.toLowerCase()}`;
  const after = accepted === undefined ? requestedJson(request) : acceptedJson(action, accepted);
  return { action, target, requestId: request.requestId, after };
}

/** The records of a schedule have its size: its intervals are dispatches, and can be thousands. */
function acceptedJson(action: RequestAction, { dispatches }: Accepted): Json {
  const [first] = dispatches;
  if (action === "site.dispatch") return dispatches.map(dispatchJson);
  if (action === "dispatch.request") return first === undefined ? null : dispatchJson(first);
  const last = dispatches.at(-1);
  return {
    schedule_id: first?.scheduleId ?? null,
    intervals: dispatches.length,
    from: first === undefined ? null : instantText(first.startMs),
    until: last?.endMs == null ? null : instantText(last.endMs),
  };
}

function requestedJson(request: DispatchRequest | SiteRequest | ScheduleRequest): Json {
  if ("intervals" in request) return { intervals: request.intervals.length };
  const { mw, durationS, startAtMs, onShortfall } = request;
  return {
    mw,
    duration_s: durationS ?? null,
    start_at: startAtMs === undefined ? null : instantText(startAtMs),
    on_shortfall: onShortfall ?? null,
  };
}

/** A dispatch as records show it. */
export function dispatchJson(dispatch: Dispatch): Json {
  const { id, assetId, mw, startMs, endMs, status, leaseUntilMs, onShortfall } = dispatch;
  return {
    id,
    asset_id: assetId,
    mw,
    start_at: instantText(startMs),
    end_at: endMs === null ? null : instantText(endMs),
    status,
    lease_until: leaseUntilMs === null ? null : instantText(leaseUntilMs),
    on_shortfall: onShortfall,
  };
}

function instantText(ms: number): string {
  return new Date(ms).toISOString();
}
