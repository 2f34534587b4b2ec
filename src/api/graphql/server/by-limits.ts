// What is known of documents by the limits on them: made anew where one of these limits changes.
import type { Limits } from "../../transport/limits.ts";

/** @returns What `make` returned last, by the limits as they are now. */
export function createByLimits<T>(limits: Limits, make: () => T): () => T {
  const { maxQueryDepth: depth, maxQueryAliases: aliases } = limits;
  let made = { depth, aliases, tokens: limits.maxQueryTokens, schema: limits.introspection };
  let value = make();
  return () => {
    const { maxQueryDepth, maxQueryAliases, maxQueryTokens, introspection } = limits;
    const isEqual =
      made.depth === maxQueryDepth &&
      made.aliases === maxQueryAliases &&
      made.tokens === maxQueryTokens &&
      made.schema === introspection;
    if (isEqual) return value;
    made = {
      ...{ depth: maxQueryDepth, aliases: maxQueryAliases },
      ...{ tokens: maxQueryTokens, schema: introspection },
    };
    value = make();
    return value;
  };
}
