// Requests for dispatches: submitted in their turn, and once where their client named them.
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { DispatchRequest } from "../../domain/dispatch/request.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { DispatchBatch } from "./batch.ts";
import {
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
 */
export interface DispatchRequests {
  /** Decides, stores, acts, and only then answers. A refusal changes nothing. */
  dispatch(request: DispatchRequest): Promise<DispatchResult>;
  /** Each decided by itself, in their order. */
  dispatchMany(requests: readonly DispatchRequest[]): Promise<readonly DispatchResult[]>;
  /** Splits a power over the assets of a site: all shares or none. */
  dispatchSite(request: SiteRequest): Promise<SiteDispatchResult>;
  /** Replaces the schedule of an asset: all intervals or none. */
  setSchedule(request: ScheduleRequest): Promise<ScheduleResult>;
}

export function createRequests(
  batch: DispatchBatch,
  idempotency: Idempotency,
  outcomes: DispatchOutcomes,
  table: () => FleetTable,
): DispatchRequests {
  /** Submits a request, once where its client named it. */
  const submit = (
    kind: string,
    request: { readonly requestId?: string | undefined },
    about: object,
    job: Omit<BatchRequest, "named">,
  ) =>
    idempotency.once(kind, request, async (named) =>
      outcomes.note(await batch.submit({ ...job, named }), about),
    );

  async function dispatch(request: DispatchRequest, together?: object): Promise<DispatchResult> {
    const { assetId } = request;
    const answer = await submit(
      "dispatch",
      request,
      { assetId },
      {
        assetIds: [assetId.toLowerCase()],
        isStop: request.mw === 0 && request.startAtMs === undefined,
        together,
        decide: (view) => decideRequest(request, view),
      },
    );
    return answer.accepted
      ? { accepted: true, dispatch: answer.dispatches[0] as Dispatch }
      : answer;
  }

  return {
    dispatch: (request) => dispatch(request),
    // Requests that come at once are decided in their order and stored together.
    dispatchMany: (requests) => Promise.all(requests.map((it) => dispatch(it, requests))),
    async dispatchSite(request) {
      const { siteId } = request;
      const answer = await submit(
        "site",
        request,
        { siteId },
        {
          assetIds: table()
            .assetsOfSite(siteId)
            .map(({ id }) => id),
          isStop: request.mw === 0,
          decide: (view) => decideSiteRequest(request, view),
        },
      );
      return answer.accepted ? { accepted: true, dispatches: answer.dispatches } : answer;
    },
    async setSchedule(request) {
      const { assetId, intervals } = request;
      const answer = await submit(
        "schedule",
        request,
        { assetId },
        {
          assetIds: [assetId.toLowerCase()],
          isStop: false,
          isLarge: intervals.length >= MANY,
          decide: (view) => decideScheduleRequest(request, view),
        },
      );
      if (!answer.accepted) return answer;
      const { dispatches } = answer;
      return { accepted: true, pastCount: intervals.length - dispatches.length, dispatches };
    },
  };
}
