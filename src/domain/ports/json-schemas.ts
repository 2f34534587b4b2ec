// The port of JSON Schema. What takes long is done in turns.
import type { Json } from "../audit/record.ts";

export interface JsonSchemas {
  /** Why a text of JSON is no schema, as the end of a sentence; undefined where it is one. */
  refuseSchema(schema: Json): Promise<string | undefined>;
  /** Why a document does not fit a valid schema, as a sentence; undefined where it does. */
  refuseDocument(schema: Json, document: Json): Promise<string | undefined>;
}
