// The port of JSON Schema.
import type { Json } from "../audit/record.ts";

export interface JsonSchemas {
  /** Why a text of JSON is no schema, as the end of a sentence; undefined where it is one. */
  refuseSchema(schema: Json): string | undefined;
  /** Why a document does not fit a valid schema, as a sentence; undefined where it does. */
  refuseDocument(schema: Json, document: Json): string | undefined;
}
