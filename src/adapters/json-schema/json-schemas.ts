// JSON Schema, of the draft 2020-12, by ajv.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Json } from "../../domain/audit/record.ts";
import type { JsonSchemas } from "../../domain/ports/json-schemas.ts";
import { createTimedTurns, OutOfTime } from "./time-limit.ts";

/** Compiled schemas that are retained. */
const MOST_KNOWN = 100;
const LONGEST_MESSAGE = 300;
/** How long the check of one document may hold the thread: the largest one that is meant well takes some ms. */
const DOCUMENT_MS = 20;
/** The same of a schema, once, when it is described: to compile it takes longer. */
const COMPILE_MS = 100;

/** How long the checks of one turn take, but for the last one. */
const TURN_MS = 5;

const check = createTimedTurns(TURN_MS);

type Compiled = { readonly validate: ValidateFunction } | { readonly wrong: string };

export function createJsonSchemas(): JsonSchemas {
  const known = new Map<string, Compiled>();
  /** Those of a request are the same ones: to write a long schema takes as long as to check a document by it. */
  const seen = new WeakMap<object, Compiled>();

  async function compiled(schema: Json): Promise<Compiled> {
    if (typeof schema !== "object" || schema === null) return compiledByText(schema);
    const found = seen.get(schema) ?? (await compiledByText(schema));
    seen.set(schema, found);
    return found;
  }

  async function compiledByText(schema: Json): Promise<Compiled> {
    const text = JSON.stringify(schema);
    const found = known.get(text) ?? (await compile(schema));
    known.delete(text);
    known.set(text, found);
    const [oldest = ""] = known.keys();
    if (known.size > MOST_KNOWN) known.delete(oldest);
    return found;
  }

  return {
    async refuseSchema(schema) {
      const found = await compiled(schema);
      return "wrong" in found ? found.wrong : undefined;
    },
    async refuseDocument(schema, document) {
      const found = await compiled(schema);
      if ("wrong" in found) return found.wrong;
      try {
        return await check(DOCUMENT_MS, () => misfitOf(found.validate, document));
      } catch (error) {
        return `the document cannot be checked by its schema, which ${whyStopped(error)}: have it made simpler`;
      }
    },
  };
}

function misfitOf(validate: ValidateFunction, document: Json): string | undefined {
  if (validate(document) === true) return undefined;
  const [first] = validate.errors ?? [];
  const place = first?.instancePath || "the document";
  return `${place} ${first?.message ?? "does not fit"}`.slice(0, LONGEST_MESSAGE);
}

const OPTIONS = { strict: false, allErrors: false, validateFormats: false, logger: false } as const;

/** Schemas are checked by the one of their draft, which takes some tens of ms to compile. */
const draft = new Ajv2020(OPTIONS);
void draft.validateSchema({});

async function compile(schema: Json): Promise<Compiled> {
  if (typeof schema !== "boolean" && (typeof schema !== "object" || schema === null))
    return { wrong: "must be an object, or true or false" };
  try {
    const wrong = await check(COMPILE_MS, () => wrongSchema(schema as object | boolean));
    if (wrong !== undefined) return { wrong };
    const validate = await check(COMPILE_MS, () => compileAlone(schema as object | boolean));
    if ("$async" in validate) return { wrong: "must not have $async: it is no JSON Schema" };
    // A schema that refers to itself without end does so with any document.
    await check(COMPILE_MS, () => validate(null));
    return { validate };
  } catch (error) {
    if (error instanceof OutOfTime || error instanceof RangeError)
      return { wrong: `cannot be used: it ${whyStopped(error)}` };
    return { wrong: `is no JSON Schema: ${(error as Error).message}`.slice(0, LONGEST_MESSAGE) };
  }
}

/** An instance for each schema, which it retains; and for each try: one that was stopped cannot compile it again. */
function compileAlone(schema: object | boolean): ValidateFunction {
  const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false });
  return ajv.compile(schema);
}

function wrongSchema(schema: object | boolean): string | undefined {
  if (draft.validateSchema(schema) === true) return undefined;
  return `is no JSON Schema: ${draft.errorsText()}`.slice(0, LONGEST_MESSAGE);
}

/** @param error Of work within its time. */
function whyStopped(error: unknown): string {
  if (error instanceof OutOfTime) return error.message;
  if (error instanceof RangeError) return "refers to itself without end";
  throw error;
}
