// Messages about a wrong value: they name the field, the value and what the field accepts, where those of the library name
// its own types.
import { type GraphQLError, TokenKind } from "graphql";
import { shortened } from "../../../domain/base/quote.ts";
import { WHOLE_RANGES } from "../base/value-ranges.ts";

const INT_LARGEST = 2 ** 31 - 1;
/** The message of the library where the value is that of a variable. */
const OF_VARIABLE = /^Variable "(\$\w+)" got invalid value (.*?)(?: at "([^"]+)")?; (.*)$/s;
const OF_SCALAR = /^(Int|Float|String|Boolean|ID) cannot represent .*?: (.*)$/s;
const OF_ENUM =
  /^Enum "(\w+)" cannot represent non-(?:string|enum) value: (.*?)\.(?: Did you .*)?$/s;
const OF_CHOICE = /^Value "(.*)" does not exist in "(\w+)" enum\.( Did you .*)?$/s;
const OF_OBJECT =
  /^Expected (?:type "(?=\w+" to)|value of type ")(\w+)!?"(?: to be an object|, found ((?!null\.).*))\.$/s;
/** Of the scalar DateTime. */
const OF_INSTANT = /^DateTime (must .*)$/s;
const OF_NULL =
  /^Expected (?:value of|non-nullable) type ".*!"(?:, found null\.| not to be null\.)$/;

export interface ValueError {
  readonly message: string;
  /** The field or argument at fault, without its path. */
  readonly argument: string | undefined;
}

/** The message for an error of the library about a value; undefined for any other error, and for a clear one. */
export function valueError(error: GraphQLError): ValueError | undefined {
  const [, variable, given = "", path, inner = error.message] =
    OF_VARIABLE.exec(error.message) ?? [];
  const place = path ?? variable ?? fieldOfLiteral(error);
  const argument = path === undefined ? place?.replace(/^\$/, "") : lastName(path);
  const rule = ruleOf(inner, given, argument);
  if (rule !== undefined) return { message: `${place ?? "a value"} ${rule}`, argument };
  return variable === undefined ? undefined : { message: `${place}: ${inner}`, argument };
}

/** @param given The value, where the message does not have it. */
function ruleOf(message: string, given: string, field: string | undefined): string | undefined {
  if (OF_NULL.test(message)) return "must have a value, not null";
  const [, own] = OF_INSTANT.exec(message) ?? [];
  if (own !== undefined) return own;
  const [, object, literal = given] = OF_OBJECT.exec(message) ?? [];
  if (object !== undefined) return `must be a ${object}, not ${shortened(literal)}`;
  const [, unknown = "", ofEnum, suggestion = ""] = OF_CHOICE.exec(message) ?? [];
  if (ofEnum !== undefined)
    return `must be one of the values of ${ofEnum}, not ${shortened(unknown)}${suggestion && `.${suggestion}`}`;
  const [, name, choice = ""] = OF_ENUM.exec(message) ?? [];
  if (name !== undefined) return `must be one of the values of ${name}, not ${shortened(choice)}`;
  const [, type, value = ""] = OF_SCALAR.exec(message) ?? [];
  return type === undefined ? undefined : `must be ${kindOf(type, field)}, not ${shortened(value)}`;
}

function kindOf(type: string, field = ""): string {
  if (type === "Float") return "a number";
  if (type === "Boolean") return "true or false";
  if (type !== "Int") return "a text";
  const [least, most] = WHOLE_RANGES[field] ?? [-INT_LARGEST - 1, INT_LARGEST];
  return `a whole number from ${least} to ${most}`;
}

/** The name before the colon that a literal follows, also within lists. */
function fieldOfLiteral({ nodes }: GraphQLError): string | undefined {
  for (let token = nodes?.[0]?.loc?.startToken.prev; token; token = token.prev)
    if (token.kind === TokenKind.COLON) return token.prev?.value;
  return undefined;
}

function lastName(path: string): string | undefined {
  return path.match(/[A-Za-z_]\w*/g)?.at(-1);
}
