// Requests for dispatches: submitted in their turn, and once where their client named them.
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { DispatchRequest } from "../../domain/dispatch/request.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Audit } from "../audit/audit.ts";
import { auditedRequest, type RequestAction } from "./audited.ts";
import type { DispatchBatch } from "./batch.ts";
import {
  type Accepted,
  type Answer,
  decideRequest,
  decideScheduleRequest,
  decideSiteRequest,
  type Refused,
  type ScheduleRequest,
  type SiteRequest,
} from "./decide.ts";
import type { Idempotency } from "./idempotency.ts";
import type { DispatchOutcomes } from "./outcomes.ts";
import { type BatchRequest, MANY } from "./turn.ts";

export type DispatchResult = { readonly accepted: true; readonly dispatch: Dispatch } | Refused;

/** A power for a site: its shares, one for each asset, in their order. */
export type SiteDispatchResult =
  | { readonly accepted: true; readonly dispatches: readonly Dispatch[] }
  | Refused;

export type ScheduleResult =
  | {
      readonly accepted: true;
      /** How many intervals of the request, the first ones, were over and left out. */
      readonly pastCount: number;
      /** One for each of the others, in their order. */
      readonly dispatches: readonly Dispatch[];
    }
  | Refused;

/**
 * A request with a `requestId` gets its first answer when it is repeated, and `REQUEST_ID_REUSED` where another
 * request had that id. Where the store is unavailable, requests reject with STORE_UNAVAILABLE.
 *
 * What is accepted is stored with its record in the audit log, and a refusal has one too.
 */
export interface DispatchRequests {
  /** Decides, stores, acts, and only then answers. A refusal changes nothing. */
  dispatch(request: DispatchRequest, by: Principal): Promise<DispatchResult>;
  /** Each decided by itself, in their order. */
  dispatchMany(
    requests: readonly DispatchRequest[],
    by: Principal,
  ): Promise<readonly DispatchResult[]>;
  /** Splits a power over the assets of a site: all shares or none. */
  dispatchSite(request: SiteRequest, by: Principal): Promise<SiteDispatchResult>;
  /** Replaces the schedule of an asset: all intervals or none. */
  setSchedule(request: ScheduleRequest, by: Principal): Promise<ScheduleResult>;
}

/** The kinds of requests as they are stored with their names. */
const KINDS = {
  "dispatch.request": "dispatch",
  "site.dispatch": "site",
  "schedule.set": "schedule",
} as const;

export function createRequests(
  batch: DispatchBatch,
  idempotency: Idempotency,
  outcomes: DispatchOutcomes,
  audit: Audit,
  table: () => FleetTable,
): DispatchRequests {
  /** Submits a request, once where its client named it. */
  async function submit(
    action: RequestAction,
    request: DispatchRequest | SiteRequest | ScheduleRequest,
    by: Principal,
    job: Omit<BatchRequest, "named" | "recordOf">,
  ): Promise<Answer> {
    const about = "siteId" in request ? { siteId: request.siteId } : { assetId: request.assetId };
    const audited = (accepted?: Accepted) => auditedRequest(action, request, accepted);
    const recordOf = (accepted: Accepted) => audit.done(by, audited(accepted));
    const answer = await idempotency.once(KINDS[action], request, async (named) =>
      outcomes.note(await batch.submit({ ...job, named, recordOf }), about),
    );
    if (!answer.accepted) {
      const { code, message: reason } = answer.refusal;
      audit.refuse(by, { ...audited(), code, reason });
    }
    return answer;
  }

  async function dispatch(
    request: DispatchRequest,
    by: Principal,
    together?: object,
  ): Promise<DispatchResult> {
    const { assetId } = request;
    const answer = await submit("dispatch.request", request, by, {
      assetIds: [assetId.toLowerCase()],
      isStop: request.mw === 0 && request.startAtMs === undefined,
      together,
      decide: (view) => decideRequest(request, view),
    });
    return answer.accepted
      ? { accepted: true, dispatch: answer.dispatches[0] as Dispatch }
      : answer;
  }

  return {
    dispatch: (request, by) => dispatch(request, by),
    // Requests that come at once are decided in their order and stored together.
    dispatchMany: (requests, by) => Promise.all(requests.map((it) => dispatch(it, by, requests))),
    async dispatchSite(request, by) {
      const assets = table().assetsOfSite(request.siteId);
      const answer = await submit("site.dispatch", request, by, {
        assetIds: assets.map(({ id }) => id),
        isStop: request.mw === 0,
        decide: (view) => decideSiteRequest(request, view),
      });
      return answer.accepted ? { accepted: true, dispatches: answer.dispatches } : answer;
    },
    async setSchedule(request, by) {
      const { assetId, intervals } = request;
      const answer = await submit("schedule.set", request, by, {
        assetIds: [assetId.toLowerCase()],
        isStop: false,
        isLarge: intervals.length >= MANY,
        decide: (view) => decideScheduleRequest(request, view),
      });
      if (!answer.accepted) return answer;
      const { dispatches } = answer;
      return { accepted: true, pastCount: intervals.length - dispatches.length, dispatches };
    },
  };
}
