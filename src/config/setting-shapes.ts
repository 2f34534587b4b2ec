// The shapes of settings that several have: texts, lists, flags and numbers.
import { z } from "zod";
import { readDecimal } from "../domain/base/decimal.ts";
import { quoted } from "../domain/base/quote.ts";
import type { Read } from "./origins.ts";

/** The values that a shape allows. */
interface ValuesOfShape {
  /** In words. */
  readonly values: string;
  /** As JSON Schema, of shapes whose values may be JSON as well as text. */
  readonly jsonSchema?: {
    readonly type: "number" | "integer" | "boolean" | "string";
    readonly minimum?: number;
    readonly maximum?: number;
    readonly enum?: readonly string[];
  };
}

export const VALUES = z.registry<ValuesOfShape>();

export const text = z.string().regex(/^[^\p{Cc}\ufffd]*$/u, "must be one line of text in UTF-8");
export const listOf = (read: (item: string) => Read) =>
  text
    .transform((value, context) =>
      value
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "")
        .flatMap((item) => {
          const it = read(item);
          if ("value" in it) return [it.value];
          context.addIssue({ code: "custom", message: it.wrong });
          return [];
        }),
    )
    .register(VALUES, { values: "a list" });
export const flag = z
  .enum(["0", "1", "false", "true"])
  .transform((value) => value === "1" || value === "true")
  .register(VALUES, { values: "`0` or `1`", jsonSchema: { type: "boolean" } });
export const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names).register(VALUES, {
    values: names.map((name) => `\`${name}\``).join(", "),
    jsonSchema: { type: "string", enum: names },
  });
export const number = (min: number, max: number, isWhole = false) => {
  const kind = isWhole ? "a whole number" : "a number";
  return text
    .transform((value, context) => {
      const given = readDecimal(value);
      let wrong: string | undefined;
      if (given === undefined) wrong = `must be ${kind}, ${min} to ${max}, not ${quoted(value)}`;
      else if (isWhole && !Number.isInteger(given))
        wrong = `must be ${kind}, ${min} to ${max}, not ${value}`;
      else if (given < min || given > max) wrong = `must be ${min} to ${max}, not ${value}`;
      if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
      return wrong === undefined && given !== undefined ? given : z.NEVER;
    })
    .register(VALUES, {
      values: `${kind}, ${min} to ${max}`,
      jsonSchema: { type: isWhole ? "integer" : "number", minimum: min, maximum: max },
    });
};
export const whole = (min: number, max: number) => number(min, max, true);

/** What is registered of a shape, or of the one that it wraps. */
export function valuesOf(shape: z.core.$ZodType): ValuesOfShape {
  const { innerType } = shape._zod.def as { readonly innerType?: z.core.$ZodType };
  const own = VALUES.get(shape);
  return own ?? (innerType === undefined ? { values: "a text" } : valuesOf(innerType));
}
