// JSON Schema, of the draft 2020-12, by ajv.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Json } from "../../domain/audit/record.ts";
import type { JsonSchemas } from "../../domain/ports/json-schemas.ts";

/** Compiled schemas that are retained. */
const MOST_KNOWN = 100;
const LONGEST_MESSAGE = 300;

type Compiled = { readonly validate: ValidateFunction } | { readonly wrong: string };

export function createJsonSchemas(): JsonSchemas {
  const known = new Map<string, Compiled>();

  function compiled(schema: Json): Compiled {
    const text = JSON.stringify(schema);
    const found = known.get(text) ?? compile(schema);
    known.delete(text);
    known.set(text, found);
    const [oldest = ""] = known.keys();
    if (known.size > MOST_KNOWN) known.delete(oldest);
    return found;
  }

  return {
    refuseSchema(schema) {
      const found = compiled(schema);
      return "wrong" in found ? found.wrong : undefined;
    },
    refuseDocument(schema, document) {
      const found = compiled(schema);
      if ("wrong" in found) return found.wrong;
      const { validate } = found;
      if (validate(document) === true) return undefined;
      const [first] = validate.errors ?? [];
      const place = first?.instancePath || "the document";
      return `${place} ${first?.message ?? "does not fit"}`.slice(0, LONGEST_MESSAGE);
    },
  };
}

/** An instance for each: ajv retains every schema that it compiles. */
function compile(schema: Json): Compiled {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  if (typeof schema !== "boolean" && (typeof schema !== "object" || schema === null))
    return { wrong: "must be an object, or true or false" };
  try {
    return { validate: ajv.compile(schema as object | boolean) };
  } catch (error) {
    return { wrong: `is no JSON Schema: ${(error as Error).message}`.slice(0, LONGEST_MESSAGE) };
  }
}
