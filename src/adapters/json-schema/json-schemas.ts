// JSON Schema, of the draft 2020-12, by ajv.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Json } from "../../domain/audit/record.ts";
import type { JsonSchemas } from "../../domain/ports/json-schemas.ts";
import { OutOfTime, withinTime } from "./time-limit.ts";

/** Compiled schemas that are retained. */
const MOST_KNOWN = 100;
const LONGEST_MESSAGE = 300;
/** How long the check of one document may hold the thread: the largest one that is meant well takes some ms. */
const DOCUMENT_MS = 20;
/** The same of a schema, once, when it is described: to compile it takes longer. */
const COMPILE_MS = 100;

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
      try {
        if (withinTime(DOCUMENT_MS, () => validate(document)) === true) return undefined;
      } catch (error) {
        return `the document cannot be checked by its schema, which ${whyStopped(error)}: have it made simpler`;
      }
      const [first] = validate.errors ?? [];
      const place = first?.instancePath || "the document";
      return `${place} ${first?.message ?? "does not fit"}`.slice(0, LONGEST_MESSAGE);
    },
  };
}

const OPTIONS = { strict: false, allErrors: false, validateFormats: false, logger: false } as const;

/** Schemas are checked by the one of their draft, which takes some tens of ms to compile. */
const draft = new Ajv2020(OPTIONS);
void draft.validateSchema({});

function compile(schema: Json): Compiled {
  if (typeof schema !== "boolean" && (typeof schema !== "object" || schema === null))
    return { wrong: "must be an object, or true or false" };
  // An instance for each: it retains every schema that it compiles.
  const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false });
  try {
    if (withinTime(COMPILE_MS, () => draft.validateSchema(schema as object | boolean)) !== true)
      return { wrong: `is no JSON Schema: ${draft.errorsText()}`.slice(0, LONGEST_MESSAGE) };
    const validate = withinTime(COMPILE_MS, () => ajv.compile(schema as object | boolean));
    if ("$async" in validate) return { wrong: "must not have $async: it is no JSON Schema" };
    // A schema that refers to itself without end does so with any document.
    withinTime(COMPILE_MS, () => validate(null));
    return { validate };
  } catch (error) {
    if (error instanceof OutOfTime || error instanceof RangeError)
      return { wrong: `cannot be used: it ${whyStopped(error)}` };
    return { wrong: `is no JSON Schema: ${(error as Error).message}`.slice(0, LONGEST_MESSAGE) };
  }
}

/** @param error Of work within its time. */
function whyStopped(error: unknown): string {
  if (error instanceof OutOfTime) return error.message;
  if (error instanceof RangeError) return "refers to itself without end";
  throw error;
}
