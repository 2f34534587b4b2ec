// The limit on the nesting of documents and values: deeper ones would overflow the stack of the parser.

import { type GraphQLError, Lexer, Source, TokenKind } from "graphql";
import type { Limits } from "../../transport/limits.ts";
import { refusal } from "../base/refusal.ts";

/** Brackets around the deepest field: arguments, lists and input objects. */
const BEYOND_FIELDS = 50;

const OPENING: ReadonlySet<string> = new Set([
  TokenKind.BRACE_L,
  TokenKind.BRACKET_L,
  TokenKind.PAREN_L,
]);
const CLOSING: ReadonlySet<string> = new Set([
  TokenKind.BRACE_R,
  TokenKind.BRACKET_R,
  TokenKind.PAREN_R,
]);

/** How deep brackets may nest. */
export function deepestNesting({ maxQueryDepth }: Pick<Limits, "maxQueryDepth">): number {
  return maxQueryDepth + BEYOND_FIELDS;
}

/**
 * Whether the brackets of a document nest deeper than this.
 *
 * @param maxTokens Looks no further: the parser refuses a longer document.
 */
export function documentNests(text: string, deepest: number, maxTokens: number): boolean {
  // Most documents have so few brackets that they need no second reading.
  if (!hasMoreBrackets(text, deepest)) return false;
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  for (let count = 0; count <= maxTokens; count++) {
    const { kind } = lexer.advance();
    if (OPENING.has(kind) && ++depth > deepest) return true;
    if (CLOSING.has(kind)) depth--;
    if (kind === TokenKind.EOF) return false;
  }
  return false;
}

function hasMoreBrackets(text: string, most: number): boolean {
  const opening = /[{[(]/g;
  for (let count = 0; count <= most; count++) if (!opening.test(text)) return false;
  return true;
}

/** Whether the lists and objects of a value, as JSON has it, nest deeper than this. */
export function valueNests(value: unknown, deepest: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= deepest; depth++) {
    level = level.flatMap((it) => (typeof it === "object" && it !== null ? Object.values(it) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** @param what The document or the variables. */
export function nestsTooDeep(what: string, deepest: number): GraphQLError {
  return refusal("QUERY_TOO_DEEP", `${what} may nest ${deepest} brackets deep, not deeper`);
}
