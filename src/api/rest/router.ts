import { OpenAPIHono, type z } from "@hono/zod-openapi";
import { type Problem, problem, problemResponse } from "../problem.ts";

/** A set of routes whose input is validated by the schemas that document it. */
export function createRouter(): OpenAPIHono {
  return new OpenAPIHono({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) return problemResponse(inputProblem(result.error));
      return undefined;
    },
  });
}

/** What is wrong with an input, with every field at fault: those of the input, or the one that it is. */
export function inputProblem(error: z.core.$ZodError, name = ""): Problem {
  const errors = fieldErrors(error).map(({ field, message }) => ({
    field: field || name,
    message,
  }));
  const onlyIds = error.issues.every(
    (issue) => issue.code === "invalid_format" && issue.format === "guid",
  );
  const detail = errors
    .map(({ field, message }) => (field ? `${field} ${message}` : message))
    .join("; ");
  return problem(onlyIds ? "BAD_UUID" : "BAD_INPUT", detail, {
    ...(errors[0]?.field ? { field: errors[0].field } : {}),
    errors,
  });
}

/** Every field at fault, and what is wrong with it: the end of a sentence that begins with the field. */
export function fieldErrors(error: z.core.$ZodError): { field: string; message: string }[] {
  return error.issues.flatMap((issue) => {
    const field = issue.path.map(String).join(".");
    if (issue.code !== "unrecognized_keys") return [{ field, message: plain(issue.message) }];
    return issue.keys.map((key) => ({
      field: [field, key].filter(Boolean).join("."),
      message: "is not a known field",
    }));
  });
}

/** Zod's words as the end of a sentence that begins with the field. */
function plain(message: string): string {
  return message
    .replace(/^Invalid input: expected (\S+), received undefined$/, "is missing: it must be a $1")
    .replace(/^Invalid input: expected (\S+), received (\S+)$/, "must be a $1, not $2");
}
