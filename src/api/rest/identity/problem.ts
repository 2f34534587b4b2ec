// The problems of refused changes of tokens and role rules.
import type { IdentityRefusal } from "../../../services/identity/outcomes.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { MALFORMED, refused, UNAUTHORIZED } from "../base/schemas.ts";

/** The responses of a route for admins, where it refuses. */
export const ADMIN_REFUSALS = {
  401: UNAUTHORIZED,
  403: refused("The role admin, everywhere, is not granted."),
};

const KEPT = refused(
  "No admin of everything would be left, or a name or a number of them is used.",
);

export const CHANGE_REFUSALS = {
  ...ADMIN_REFUSALS,
  400: MALFORMED,
  409: KEPT,
  422: refused("A field breaks a rule; the problem names it."),
};

export const REMOVAL_REFUSALS = {
  ...ADMIN_REFUSALS,
  400: MALFORMED,
  404: refused("None has this name or id."),
  409: KEPT,
};

export function refusalProblem({ code, message, field }: IdentityRefusal): Problem {
  return problem(code, message, field === undefined ? {} : { field });
}
