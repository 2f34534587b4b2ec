// The scalars DateTime, Duration and JSON.
import { type ValueNode, valueFromASTUntyped } from "graphql";
import { quoted } from "../../../domain/base/quote.ts";
import { readDuration } from "../../../domain/time/duration.ts";
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

builder.scalarType("Duration", {
  description: "A duration of ISO 8601, like PT15M, P1D or P3Y.",
  serialize: (text) => text,
  parseValue: (value) => durationOf(value),
  parseLiteral: (node) => durationOf(valueFromASTUntyped(node), node),
});

builder.scalarType("JSON", {
  description: "Any value of JSON: an object, a list, a text, a number, true, false or null.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc8259",
  serialize: (value) => value,
});

function durationOf(value: unknown, node?: ValueNode): string {
  if (typeof value === "string" && readDuration(value) !== undefined) return value;
  const message = `Duration must be a duration of ISO 8601 like PT15M, not ${quoted(value)}`;
  throw refusal("BAD_INPUT", message, undefined, node);
}

/** @param node Its place in the document, so that the refusal names its field. */
function instantOf(value: unknown, node?: ValueNode): number {
  const read = readInstant(value);
  if ("ms" in read) return read.ms;
  throw refusal("BAD_INPUT", `DateTime ${read.wrong}`, undefined, node);
}
