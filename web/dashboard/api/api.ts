// Queries and mutations, over GraphQL by POST.

import { codeText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import { addressOf } from "./address.ts";
import type { Operation } from "./operations.ts";
import { heldToken, promptForToken } from "./token.ts";

interface Answer<T> {
  /** The code of a problem, where the request is refused before it is an operation. */
  readonly code?: string;
  readonly detail?: string;
  readonly data?: T;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** An error of the server, or an unreachable server. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes of failures that pass: the server, its database, or the way to it may come back. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "UNREACHABLE",
  "ERROR",
  "INTERNAL",
  "NOT_READY",
  "STORE_UNAVAILABLE",
  "HISTORY_BUSY",
  "HISTORY_TIMEOUT",
]);

/** Whether the same request may succeed later. */
export const isPassing = (error: unknown) =>
  error instanceof ApiError && PASSING_CODES.has(error.code);

/** Sends a query. Throws an ApiError. */
export async function request<T, V>(operation: Operation<T, V>, variables: V): Promise<T> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  const token = heldToken();
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const { query } = operation;
  const response = await fetch(addressOf("graphql"), {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  }).catch(() => {
    throw new ApiError("UNREACHABLE", words.page.unreachable);
  });
  const { data, errors, code, detail } = (await response.json().catch(() => ({}))) as Answer<T>;
  const [error] = errors ?? [];
  if (error) throw serverError(error.extensions?.code ?? "ERROR", error.message);
  if (code !== undefined && detail !== undefined) throw serverError(code, detail);
  if (!data) throw new ApiError("ERROR", words.page.answered(response.status));
  return data;
}

const serverError = (code: string, message: string) => new ApiError(code, codeText(code, message));

/** Sends a mutation, and requests the token where the server requires one. Throws an ApiError. */
export async function change<T, V>(operation: Operation<T, V>, variables: V): Promise<T> {
  try {
    return await request(operation, variables);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "UNAUTHORIZED")) throw error;
    if (!(await promptForToken())) throw new ApiError("UNAUTHORIZED", words.token.missing);
    return change(operation, variables);
  }
}
