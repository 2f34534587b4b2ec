// The problems of refused changes to the fleet.

import { snakeCase } from "../../../domain/base/snake-case.ts";
import type { ChangesRefused } from "../../../domain/fleet/change.ts";
import { sentenceOf } from "../../../domain/fleet/refusal-sentence.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import {
  CHANGE_REFUSED,
  FORBIDDEN,
  MALFORMED,
  NOT_CHANGEABLE,
  NOT_FOUND,
  UNAUTHORIZED,
} from "../base/schemas.ts";

/** The responses of a route that changes the fleet, where it refuses. */
export const CHANGE_REFUSALS = {
  400: MALFORMED,
  401: UNAUTHORIZED,
  403: FORBIDDEN,
  404: NOT_FOUND,
  409: NOT_CHANGEABLE,
  422: CHANGE_REFUSED,
};

/** The problem of one change: its code is that of the first reason, and it has them all. */
export function changeProblem({ refusals }: ChangesRefused): Problem {
  const errors = refusals.map(({ code, field, message }) => ({
    field: snakeCase(field),
    message,
    code,
  }));
  const [first] = errors as [(typeof errors)[0], ...typeof errors];
  const detail = refusals.map((it) => sentenceOf(it, snakeCase(it.field))).join("; ");
  return problem(first.code, detail, { field: first.field, errors });
}
