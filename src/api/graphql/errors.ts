// What an error looks like to a GraphQL client: a message, where, and a code of the one list. Nothing else.
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Code } from "../../domain/codes.ts";
import { Fault } from "../../domain/fault.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Log } from "../../domain/ports/log.ts";
import { isCode, type Problem } from "../problem.ts";

/** An error that a client may see. `argument` names the input at fault. */
export function refusal(code: Code, message: string, argument?: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: argument === undefined ? { code } : { code, argument },
  });
}

/** The same for a request that is refused as a whole: over HTTP it has the status of its code. */
export function requestRefusal({ code, detail, status }: Problem): GraphQLError {
  return new GraphQLError(detail, { extensions: { code, http: { status } } });
}

export interface ErrorMask {
  /** Keeps what may be shown; logs the rest under a request id and shows that. */
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
      const code = codeOf(error);
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

/** What Yoga notes on an error about the request itself. */
interface YogaNotes {
  readonly code?: unknown;
  readonly http?: { readonly status?: number; readonly spec?: boolean };
  /** Of a body that is no JSON. */
  readonly originalError?: unknown;
}

const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] \d+ tokens/;

/** The code of an error that is the client's; undefined for one of ours. */
function codeOf(error: GraphQLError): Code | undefined {
  const { code, http: { status = 0 } = {}, originalError } = error.extensions as YogaNotes;
  if (originalError !== undefined) return "BAD_JSON";
  if (status === 413) return "BODY_TOO_LARGE";
  if (status === 405) return "METHOD_NOT_ALLOWED";
  if (TOO_MANY_TOKENS.test(error.message)) return "QUERY_TOO_LONG";
  if (isCode(code)) return code;
  if (error.originalError != null) return undefined;
  if (error.message.startsWith("Syntax Error")) return "GRAPHQL_PARSE_FAILED";
  if (code !== undefined && status >= 400 && status < 500) return "BAD_REQUEST";
  // What is left without a code is the library's word on variables, arguments and operation names.
  return code === undefined ? "BAD_INPUT" : undefined;
}

function coded(error: GraphQLError, code: Code): GraphQLError {
  const { argument, requestId, http } = error.extensions as YogaNotes & Record<string, unknown>;
  // Yoga answers 200 to what the GraphQL specification calls a request error; a body that is no JSON is none.
  const status = code === "BAD_JSON" && http ? { ...http, spec: false } : http;
  const extensions = {
    code,
    ...(argument !== undefined && { argument }),
    ...(requestId !== undefined && { requestId }),
    ...(status !== undefined && { http: status }),
  };
  return located(new GraphQLError(error.message, { extensions }), error);
}

/** The error at the place where another one was found. */
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
