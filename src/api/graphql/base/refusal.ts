// Errors that a resolver refuses with.
import { type ASTNode, GraphQLError } from "graphql";
import type { Code } from "../../../domain/base/codes.ts";

/** An error that a client may see. `argument` names the input at fault, and `node` is it. */
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
