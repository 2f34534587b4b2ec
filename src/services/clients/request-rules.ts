// The rules on dispatch requests of clients that every edge applies: how many one list has, and the form of their ids.
import { REQUEST_ID } from "../../domain/dispatch/request.ts";

/** Requests in one list at most. */
export const MOST_REQUESTS = 1000;

/** The rule that a request id breaks, as the end of a sentence; undefined for a valid one. */
export function refuseRequestId(id: string): string | undefined {
  return REQUEST_ID.test(id) ? undefined : "must be 1 to 200 printable ASCII characters";
}

/** Throws where an edge did not refuse an invalid id: it knows the name of the field. */
export function withValidId<R extends { readonly requestId?: string | undefined }>(request: R): R {
  const { requestId } = request;
  if (requestId === undefined || refuseRequestId(requestId) === undefined) return request;
  throw new Error("bug: a request id was not checked");
}
