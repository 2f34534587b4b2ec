// The scalars DateTime and JSON.
import { type ValueNode, valueFromASTUntyped } from "graphql";
import { INSTANT_FORMS, readInstant } from "../../../domain/time/instant.ts";
import { builder } from "./builder.ts";
import { refusal } from "./refusal.ts";

builder.scalarType("DateTime", {
  description: `An instant, written in RFC 3339, in UTC with milliseconds; read as ${INSTANT_FORMS}.`,
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339",
  serialize: (instantMs) => new Date(instantMs).toISOString(),
  parseValue: (value) => instantOf(value),
  parseLiteral: (node) => instantOf(valueFromASTUntyped(node), node),
});

builder.scalarType("JSON", {
  description: "Any value of JSON: an object, a list, a text, a number, true, false or null.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc8259",
  serialize: (value) => value,
});

/** @param node Its place in the document, so that the refusal names its field. */
function instantOf(value: unknown, node?: ValueNode): number {
  const read = readInstant(value);
  if ("ms" in read) return read.ms;
  throw refusal("BAD_INPUT", `DateTime ${read.wrong}`, undefined, node);
}
