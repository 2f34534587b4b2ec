// The signs of a CSV: what its first line, and the query string, say of them.
import { z } from "@hono/zod-openapi";
import type { DecimalSeparator } from "../../../domain/base/decimal.ts";
import { quoted } from "../../../domain/base/quote.ts";
import { type Problem, problem } from "../../transport/problem.ts";

const SEPARATORS = [",", ";", "\t"] as const;
type Separator = (typeof SEPARATORS)[number];

export interface CsvSigns {
  readonly separator: Separator;
  readonly decimal: DecimalSeparator;
}

/** What to do where the signs are others. */
export const SIGNS_ADVICE =
  "with semicolons and decimal commas, add ?separator=;&decimal=, to the address (or separator=tab)";

export const CSV_SIGNS = {
  separator: z
    .enum([...SEPARATORS, "tab"], { error: "must be , or ; or tab" })
    .transform((sign) => (sign === "tab" ? "\t" : sign))
    .optional()
    .openapi({
      type: "string",
      enum: [",", ";", "tab"],
      description:
        "For text/csv: what stands between values; a comma, or what the first line of a body says, like sep=;",
    }),
  decimal: z.enum([".", ","], { error: "must be . or ," }).optional().openapi({
    description: "For text/csv: the decimal mark, another sign than separator; a point.",
  }),
};

type GivenSigns = z.output<z.ZodObject<typeof CSV_SIGNS>>;

export function signsOf({ separator = ",", decimal = "." }: GivenSigns): CsvSigns | Problem {
  if (separator !== decimal) return { separator, decimal };
  const detail =
    "decimal and separator must be different signs: with decimal commas, name another separator, like separator=;";
  return problem("BAD_INPUT", detail, { field: "decimal" });
}

/** The line by which spreadsheets state the separator, after a byte order mark, without its end. */
const SEPARATOR_LINE = /^(?:\xef\xbb\xbf)?("?)sep=([^\r\n]?)\1(?=[\r\n]|$)/i;
const LONGEST_LINE = 16;

/** The signs of a body, and the body without a line that states its separator: of that the end stays, so that lines count. */
export function readSigns(
  bytes: Uint8Array,
  given: GivenSigns,
): { readonly signs: CsvSigns; readonly body: Uint8Array } | Problem {
  const head = Buffer.from(bytes.subarray(0, LONGEST_LINE)).toString("latin1");
  const [line, , sign] = SEPARATOR_LINE.exec(head) ?? [];
  const signs = line === undefined ? signsOf(given) : statedSigns(sign, given);
  return "code" in signs ? signs : { signs, body: bytes.subarray(line?.length ?? 0) };
}

function statedSigns(sign: string | undefined, given: GivenSigns): CsvSigns | Problem {
  const field = "separator";
  const separator = SEPARATORS.find((it) => it === sign);
  if (separator === undefined)
    return problem("BAD_INPUT", `sep in line 1 must be , or ; or tab, not ${quoted(sign)}`, {
      field,
    });
  if (given.separator === undefined || given.separator === separator)
    return signsOf({ ...given, separator });
  const detail = `separator is ${quoted(given.separator)}, and line 1 says ${quoted(separator)}: leave one of them out`;
  return problem("BAD_INPUT", detail, { field });
}
