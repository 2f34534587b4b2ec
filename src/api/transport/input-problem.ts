// The problem of an input that does not have the shape of its schema, with every field at fault.
import type { z } from "@hono/zod-openapi";
import type { CountViolation } from "../../domain/base/count.ts";
import { describeIssue } from "../../domain/base/shape-issue.ts";
import { type Problem, problem } from "./problem.ts";

/** What is wrong with an input, with every field at fault: those of the input, or the one that it is. */
export function inputProblem(error: z.core.$ZodError, given: unknown, name = ""): Problem {
  const errors = fieldErrors(error, given).map(({ field, message }) => ({
    field: field || name,
    message,
  }));
  const onlyIds = error.issues.every(
    (issue) => issue.code === "invalid_format" && issue.format === "guid",
  );
  const detail = errors.map(({ field, message }) => `${field || "the body"} ${message}`).join("; ");
  return problem(onlyIds ? "BAD_UUID" : "BAD_INPUT", detail, {
    ...(errors[0]?.field ? { field: errors[0].field } : {}),
    errors,
  });
}

/** Every field at fault, and what is wrong with it: the end of a sentence that begins with the field. */
export function fieldErrors(
  error: z.core.$ZodError,
  given: unknown,
): { field: string; message: string }[] {
  return error.issues.flatMap((issue) => {
    const field = issue.path.map(String).join(".");
    if (issue.code !== "unrecognized_keys")
      return [{ field, message: describeIssue(issue, given) }];
    return issue.keys.map((key) => ({
      field: [field, key].filter(Boolean).join("."),
      message: "is not a known field",
    }));
  });
}

/** The problem of a list without an item, or with too many. @param noun Names one item. */
export function countProblem(
  field: string,
  noun: string,
  { count, most }: CountViolation,
): Problem {
  const message =
    count === 0
      ? `must have at least one ${noun}`
      : `may have ${most} ${noun}s: send the others by themselves`;
  return problem("BAD_INPUT", `${field} ${message}`, { field, errors: [{ field, message }] });
}
