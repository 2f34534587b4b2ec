import { OpenAPIHono } from "@hono/zod-openapi";
import { inputProblem } from "../../transport/input-problem.ts";
import { problemResponse } from "../../transport/problem.ts";

/** A set of routes whose input is validated by the schemas that document it. */
export function createRouter(): OpenAPIHono {
  return new OpenAPIHono({
    strict: false,
    defaultHook: (result) => {
      // The given value is there as well where it is refused.
      const { data } = result as { readonly data?: unknown };
      if (!result.success) return problemResponse(inputProblem(result.error, data));
      return undefined;
    },
  });
}
