// Values of settings, and the values that a setting may have, in words.
import { formats } from "../text/format.ts";
import type { NumberRule } from "../text/number.ts";
import { words } from "../text/words.ts";
import type { ItemField, ValueField } from "./value-field.ts";

export const unitText = (unit: string) => words.settings.units[unit] ?? unit;

/** @param unit null: none. */
export function valueText(value: unknown, unit: string | null): string {
  if (value === null || value === undefined) return words.settings.noValue;
  if (typeof value === "boolean") return value ? words.settings.yes : words.settings.no;
  if (typeof value === "number") return withUnit(formats.exact(value), unit);
  if (value === "") return words.settings.emptyText;
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  if (value.length === 0) return words.settings.noValue;
  return value.map((item) => valueText(item, unit)).join(", ");
}

/** The values that fit a field. */
export function rangeText(field: ValueField, unit: string | null): string {
  if (field.kind === "json") return words.settings.anyJson;
  if (field.kind === "list") return words.settings.aList(rangeOfItem(field.item, unit));
  return rangeOfItem(field, unit);
}

function rangeOfItem(field: ItemField, unit: string | null): string {
  if (field.kind === "text") return words.settings.aText;
  if (field.kind === "choice")
    return formats.either(field.options.map((option) => valueText(option, null)));
  const range = boundsText(field.rule, unit);
  if (range === undefined)
    return field.rule.isWhole ? words.settings.aWholeNumber : words.settings.aNumber;
  return field.rule.isWhole ? words.settings.wholeNumbers(range) : range;
}

function boundsText({ least, most, above }: NumberRule, unit: string | null): string | undefined {
  const text = (value: number) => withUnit(formats.exact(value), unit);
  if (least !== undefined && most !== undefined)
    return words.settings.between(formats.exact(least), text(most));
  if (above !== undefined) return words.settings.above(text(above));
  if (least !== undefined) return words.settings.atLeast(text(least));
  return most === undefined ? undefined : words.settings.atMost(text(most));
}

const withUnit = (text: string, unit: string | null) =>
  unit === null ? text : `${text} ${unitText(unit)}`;
