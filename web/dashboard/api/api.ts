// Queries and mutations, over GraphQL by POST.

import { access } from "../../sign-in/page-access.ts";
import { codeText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import { addressOf } from "./address.ts";
import type { Operation } from "./operations.ts";

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
  "SIGN_IN_UNAVAILABLE",
  "TOO_MANY_SIGN_INS",
]);

/** Whether the same request may succeed later. */
export const isPassing = (error: unknown) =>
  error instanceof ApiError && PASSING_CODES.has(error.code);

/** Sends a query, and waits for a sign-in where the server requires one. Throws an ApiError. */
export async function request<T, V>(operation: Operation<T, V>, variables: V): Promise<T> {
  for (;;) {
    const authorization = await access.authorization();
    try {
      return await send(operation, variables, authorization);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      await access.another(authorization);
    }
  }
}

/** Sends a mutation, and has the person sign in where the server requires it. Throws an ApiError. */
export async function change<T, V>(operation: Operation<T, V>, variables: V): Promise<T> {
  for (;;) {
    const authorization = await access.authorization();
    try {
      return await send(operation, variables, authorization);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      if (!(await access.renew(authorization)))
        throw new ApiError("UNAUTHORIZED", words.signIn.missing);
    }
  }
}

const isUnauthorized = (error: unknown) =>
  error instanceof ApiError && error.code === "UNAUTHORIZED";

async function send<T, V>(
  { query }: Operation<T, V>,
  variables: V,
  authorization: string | undefined,
): Promise<T> {
  const response = await fetch(addressOf("graphql"), {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization && { authorization }) },
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
