// The signs of a CSV of data points, as a query string names them.
import { z } from "@hono/zod-openapi";
import { type Problem, problem } from "../../transport/problem.ts";
import type { CsvSigns } from "./csv-input.ts";

export const CSV_SIGNS = {
  separator: z
    .enum([",", ";", "\t", "tab"], { error: "must be , or ; or tab" })
    .transform((sign) => (sign === "tab" ? "\t" : sign))
    .optional()
    .openapi({
      type: "string",
      enum: [",", ";", "tab"],
      description: "For text/csv: what stands between values; a comma.",
    }),
  decimal: z.enum([".", ","], { error: "must be . or ," }).optional().openapi({
    description: "For text/csv: the decimal mark, another sign than separator; a point.",
  }),
};

export function signsOf(given: z.output<z.ZodObject<typeof CSV_SIGNS>>): CsvSigns | Problem {
  const { separator = ",", decimal = "." } = given;
  if (separator !== decimal) return { separator, decimal };
  const detail =
    "decimal and separator must be different signs: with decimal commas, name another separator, like separator=;";
  return problem("BAD_INPUT", detail, { field: "decimal" });
}
