// Dispatch requests of clients: the dispatch service with the rules on the list of requests and on request ids.
import { type CountViolation, refuseCount } from "../../domain/base/count.ts";
import { type DispatchRequest, REQUEST_ID } from "../../domain/dispatch/request.ts";
import type { DispatchService } from "./dispatch.ts";

/** Requests in one list at most. */
export const MOST_REQUESTS = 1000;

type Result = Awaited<ReturnType<DispatchService["dispatch"]>>;

export interface ClientDispatch extends Omit<DispatchService, "dispatchMany"> {
  /** Each decided by itself, in their order. */
  dispatchMany(requests: readonly DispatchRequest[]): Promise<readonly Result[] | CountViolation>;
}

export function createClientDispatch(service: DispatchService): ClientDispatch {
  return {
    ...service,
    dispatch: (request) => service.dispatch(withValidId(request)),
    dispatchSite: (request) => service.dispatchSite(withValidId(request)),
    setSchedule: (request) => service.setSchedule(withValidId(request)),
    dispatchMany: async (requests) =>
      refuseCount(requests, MOST_REQUESTS) ?? service.dispatchMany(requests.map(withValidId)),
  };
}

/** The rule that a request id breaks, as the end of a sentence; undefined for a valid one. */
export function refuseRequestId(id: string): string | undefined {
  return REQUEST_ID.test(id) ? undefined : "must be 1 to 200 printable ASCII characters";
}

/** Throws where an edge did not refuse an invalid id: it knows the name of the field. */
function withValidId<R extends { readonly requestId?: string | undefined }>(request: R): R {
  const { requestId } = request;
  if (requestId === undefined || refuseRequestId(requestId) === undefined) return request;
  throw new Error("bug: a request id was not checked");
}
