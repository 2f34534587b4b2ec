// The operation of an HTTP request: read and parsed once for every form of response.
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { readBody } from "../../transport/body.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { refusePersistedQuery } from "./persisted-query.ts";

/** A Node request, with its operation in the property in which Yoga reads it. */
export type GraphRequest = IncomingMessage & { body?: OperationRequest };

const OperationShape = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  // Empty where a form sends it without a name.
  operationName: z
    .string()
    .nullish()
    .transform((name) => name || null),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/** An operation as a client sends it. */
export type OperationRequest = z.output<typeof OperationShape>;

/** Reads the operation of a request: its body, or its address where it is a GET. */
export async function readOperation(
  request: GraphRequest,
  mostBytes: number,
): Promise<OperationRequest | Problem> {
  const isGet = request.method === "GET";
  const text = isGet ? "" : await readBody(request, mostBytes);
  if (typeof text !== "string") return text;
  let given: unknown;
  try {
    given = isGet ? readUrl(request) : JSON.parse(text);
  } catch (error) {
    return problem("BAD_JSON", `not JSON: ${(error as Error).message}`);
  }
  if (Array.isArray(given))
    return problem("BATCH_REFUSED", "send one operation in each request, not a list of them");
  const persisted = refusePersistedQuery(given);
  if (persisted !== undefined) return persisted;
  const parsed = OperationShape.safeParse(given);
  if (!parsed.success) return shapeProblem(parsed.error);
  request.body = parsed.data;
  return parsed.data;
}

function shapeProblem({ issues: [issue] }: z.ZodError): Problem {
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const field = unknown ?? String(issue?.path[0] ?? "query");
  return problem("BAD_INPUT", `${field}: send {"query": "…", "variables": {…}}`, { field });
}

function readUrl({ url = "" }: IncomingMessage): object {
  const params = new URLSearchParams(url.split("?", 2)[1]);
  const json = (name: string) => JSON.parse(params.get(name) || "null");
  return {
    query: params.get("query") ?? undefined,
    operationName: params.get("operationName") || null,
    variables: json("variables"),
    extensions: json("extensions"),
  };
}
