// Media types of bodies.
import { type Problem, problem } from "./problem.ts";
import type { BodyPolicy, MediaType } from "./route-policy.ts";

/** Refuses a content type that a route does not accept. JSON and CSV are no types that the page of another site can send without a preflight. */
export function refuseMedia(
  body: BodyPolicy | undefined,
  type: string | undefined,
): Problem | undefined {
  if (body === undefined || body.types.some((it) => isMedia(type, it))) return undefined;
  const types = body.types.join(" or ");
  return problem(
    "MEDIA_TYPE_UNSUPPORTED",
    `send the header content-type: ${types}, not ${type ?? "none"}`,
  );
}

/** Where a content type is of the right media type, and its parameters cannot be read. */
export const PARAMETERS_MALFORMED = problem(
  "MEDIA_TYPE_UNSUPPORTED",
  "the parameters of the header content-type cannot be read: send it without any",
);

/** Whether a content type is of this media type, with whatever parameters. */
export function isMedia(type: string | undefined, media: MediaType): boolean {
  return type === media || type?.split(";")[0]?.trim().toLowerCase() === media;
}
