// Shapes that several routes share.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Problem, problemHeaders } from "../problem.ts";

export const Id = z
  .guid({ error: "must be a UUID" })
  .toLowerCase()
  .openapi({ example: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01" });

export const IdParams = z.object({ id: Id.openapi({ param: { name: "id", in: "path" } }) });

export const NoQuery = z.strictObject({});

/** A number of this meaning; the description states its unit. */
export const quantity = (description: string) => z.number().openapi({ description });

export const instant = (description: string) =>
  z.string().openapi({ format: "date-time", description });

/** The answer of a route when all is well. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } } as const;
}

const refused = (description: string) =>
  ({ description, content: { "application/problem+json": { schema: Problem } } }) as const;

export const MALFORMED = refused("The request is malformed; the problem names the field.");
export const NOT_FOUND = refused("No asset or site has this id, or the asset is retired.");
export const FULL = refused("As many streams are open as may be.");
export const REFUSED = refused("The asset refuses; the problem has the limits.");

/** Answers with a problem, typed by its status. */
export function refuse<S extends 400 | 404 | 422 | 503>(context: Context, it: Problem, status: S) {
  return context.json({ ...it, status }, status, problemHeaders(it));
}
