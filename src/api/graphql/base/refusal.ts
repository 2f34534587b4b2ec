// The refusal of a resolver as an error.
import { type ASTNode, GraphQLError } from "graphql";
import type { Code } from "../../../domain/base/codes.ts";

/** An error that may be sent. `argument` names the input at fault, and `node` is its place. */
export function refusal(
  code: Code,
  message: string,
  argument?: string,
  node?: ASTNode,
): GraphQLError {
  return new GraphQLError(message, {
    nodes: node ?? null,
    extensions: argument === undefined ? { code } : { code, argument },
  });
}
