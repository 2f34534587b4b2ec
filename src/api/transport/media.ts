// What a body may be, and how large: JSON for a change, and more where a route takes lists.
import { type Problem, problem } from "./problem.ts";

const JSON_TYPE = "application/json";

/** Lists of requests, assets and intervals, of a thousand each. */
const LISTS = /^\/(dispatches|assets\/batch|assets\/[^/]+\/schedule)\/?$/;
const SCHEDULE = /^\/assets\/[^/]+\/schedule\/?$/;
/** How much larger than others a body with a list may be. */
export const LIST_FACTOR = 4;
/** Changes that are all said by their address. */
const WITHOUT_BODY = /^(DELETE \/.*|POST \/(dispatch\/[^/]+\/renew|assets\/reload)\/?)$/;

/** Whether a route takes a list, and so larger bodies. */
export function takesList(path: string): boolean {
  return LISTS.test(path);
}

/** Whether a content type is CSV. */
export function isCsv(type: string | undefined): boolean {
  return type?.split(";")[0]?.trim().toLowerCase() === "text/csv";
}

/** Why a change is refused for the type of its body; undefined where it is one that the route takes. */
export function refuseMedia(
  method: string,
  path: string,
  type: string | undefined,
): Problem | undefined {
  if (WITHOUT_BODY.test(`${method} ${path}`) || isJson(type)) return undefined;
  const isSchedule = SCHEDULE.test(path);
  if (isSchedule && isCsv(type)) return undefined;
  const types = isSchedule ? "application/json or text/csv" : "application/json";
  return problem(
    "MEDIA_TYPE_UNSUPPORTED",
    `send the header content-type: ${types}, not ${type ?? "none"}`,
  );
}

/** Whether a content type is JSON: what another site's page cannot send without asking. */
export function isJson(type: string | undefined): boolean {
  return type === JSON_TYPE || type?.split(";")[0]?.trim().toLowerCase() === JSON_TYPE;
}

export function mediaProblem(type: string | undefined): Problem {
  const detail = `send the header content-type: application/json, not ${type ?? "none"}`;
  return problem("MEDIA_TYPE_UNSUPPORTED", detail);
}
