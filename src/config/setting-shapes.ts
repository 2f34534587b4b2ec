// The shapes of settings that several have: texts, lists, flags and numbers.
import { z } from "zod";
import { readDecimal } from "../domain/base/decimal.ts";
import { quoted } from "../domain/base/quote.ts";
import type { Read } from "./origins.ts";

/** The values that shapes allow, in words. */
export const VALUES = z.registry<{ readonly values: string }>();

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
  .register(VALUES, { values: "`0` or `1`" });
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
    .register(VALUES, { values: `${kind}, ${min} to ${max}` });
};
export const whole = (min: number, max: number) => number(min, max, true);
