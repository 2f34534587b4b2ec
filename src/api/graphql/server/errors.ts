// Errors as GraphQL clients get them: a message, its place, and a code of the one list. Nothing else.
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Code } from "../../../domain/base/codes.ts";
import { Fault } from "../../../domain/base/fault.ts";
import type { Chance } from "../../../domain/ports/chance.ts";
import type { Log } from "../../../domain/ports/log.ts";
import { isCode, type Problem, problem } from "../../transport/problem.ts";
import { type ValueError, valueError } from "./value-errors.ts";

/** The refusal of a mutation by GET and over WebSocket. */
export const MUTATION_BY_POST = problem(
  "METHOD_NOT_ALLOWED",
  "a mutation is accepted only by POST as application/json",
);
const STREAMED =
  "a subscription is streamed: over a WebSocket (subprotocol graphql-transport-ws), or by GET or POST with accept: text/event-stream";
/** The refusal of a subscription that is to be answered with one result. */
export const SUBSCRIPTION_STREAMED = problem("NOT_ACCEPTABLE", STREAMED);
/** The same by GET. */
export const SUBSCRIPTION_BY_GET = problem("METHOD_NOT_ALLOWED", STREAMED);
/** The refusal of a request with several operations that names none of them. */
export const OPERATION_UNNAMED = problem(
  "BAD_INPUT",
  "operationName must name one operation of the document",
);

/** The error of a request that is refused as a whole: over HTTP it has the status of its code. */
export function requestRefusal({ code, detail, status }: Problem): GraphQLError {
  return new GraphQLError(detail, { extensions: { code, http: { status } } });
}

export interface ErrorMask {
  /** Passes an error that may be shown; logs any other under a request id, and shows the id. */
  mask(error: unknown): GraphQLError;
  /** The same as plain data, for a transport that sends it. */
  format(error: unknown): GraphQLFormattedError;
}

export function createErrorMask(log: Log, chance: Chance): ErrorMask {
  function mask(error: unknown): GraphQLError {
    if (error instanceof GraphQLError) {
      const cause = error.originalError;
      if (cause instanceof GraphQLError && cause !== error) return located(mask(cause), error);
      if (cause instanceof Fault)
        return located(
          new GraphQLError(cause.message, { extensions: { code: cause.code } }),
          error,
        );
      const refused = requestError(error);
      if (refused !== undefined) return located(requestRefusal(refused), error);
      const code = codeOf(error);
      const wrong = code && VALUE_CODES.has(code) ? valueError(error) : undefined;
      if (wrong !== undefined) return coded(error, "BAD_INPUT", wrong);
      if (code !== undefined) return coded(error, code);
    }
    const requestId = chance.newId();
    log.error({ err: error, requestId }, "a GraphQL request failed");
    const message = `something failed on our side; the log has it under ${requestId}`;
    const shown = new GraphQLError(message, { extensions: { code: "INTERNAL", requestId } });
    return error instanceof GraphQLError ? located(shown, error) : shown;
  }
  return {
    mask,
    format(error) {
      const { message, locations, path, extensions } = mask(error).toJSON();
      const { http: _, ...shown } = extensions ?? {};
      return { message, ...(locations && { locations }), ...(path && { path }), extensions: shown };
    },
  };
}

/** The extensions of an error of Yoga about the request itself. */
interface YogaNotes {
  readonly code?: unknown;
  readonly http?: { readonly status?: number };
}

/** The refusal by Yoga of a request that other transports refuse too; undefined for all else. */
function requestError({ extensions }: GraphQLError): Problem | undefined {
  const { code, http } = extensions as YogaNotes;
  if (code === "BAD_REQUEST" && http?.status === 405) return MUTATION_BY_POST;
  return code === "OPERATION_RESOLUTION_FAILURE" ? OPERATION_UNNAMED : undefined;
}

const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] \d+ tokens/;

/** The code of an error of the client; undefined for one of the server. */
function codeOf(error: GraphQLError): Code | undefined {
  const { code, http: { status = 0 } = {} } = error.extensions as YogaNotes;
  if (TOO_MANY_TOKENS.test(error.message)) return "QUERY_TOO_LONG";
  if (isCode(code)) return code;
  if (error.originalError != null) return undefined;
  if (error.message.startsWith("Syntax Error")) return "GRAPHQL_PARSE_FAILED";
  if (code !== undefined && status >= 400 && status < 500) return "BAD_REQUEST";
  // An error that is left without a code is of the library, about variables, arguments and operation names.
  return code === undefined ? "BAD_INPUT" : undefined;
}

/** Codes of errors about values before their message is replaced. */
const VALUE_CODES: ReadonlySet<Code> = new Set(["BAD_INPUT", "GRAPHQL_VALIDATION_FAILED"]);

function coded(error: GraphQLError, code: Code, worded?: ValueError): GraphQLError {
  const { requestId, http, ...noted } = error.extensions as YogaNotes & Record<string, unknown>;
  const { message, argument = noted.argument } = worded ?? { message: error.message };
  const extensions = {
    code,
    ...(argument !== undefined && { argument }),
    ...(requestId !== undefined && { requestId }),
    ...(http !== undefined && { http }),
  };
  return located(new GraphQLError(message, { extensions }), error);
}

/** An error at the place of another one. */
function located({ message, extensions }: GraphQLError, place: GraphQLError): GraphQLError {
  const { nodes, source, positions, path } = place;
  return new GraphQLError(message, {
    extensions,
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
  });
}
