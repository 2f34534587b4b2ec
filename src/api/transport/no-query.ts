// The refusal of a query string where a route has none.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { inputProblem } from "./input-problem.ts";
import type { Problem } from "./problem.ts";

const Nothing = z.strictObject({});

export function refuseQuery({ req }: Context): Problem | undefined {
  const query = req.query();
  const parsed = Nothing.safeParse(query);
  return parsed.success ? undefined : inputProblem(parsed.error, query);
}
