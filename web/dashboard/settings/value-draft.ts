// The value of a setting as it is typed: a text, and the value that is read of it by the rules of its field.
import { formats } from "../text/format.ts";
import { fieldText, readNumber } from "../text/number.ts";
import { serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import type { ItemField, ListRule, TextRule, ValueField } from "./value-field.ts";
import { valueText } from "./value-text.ts";

export type ReadValue = { readonly value: unknown } | { readonly wrong: string };

/** The text of a value, as its field has it; of a value that does not fit the field, too. */
export function draftOf(field: ValueField, value: unknown): string {
  if (field.kind === "list" && Array.isArray(value))
    return value.map((item) => draftOf(field.item, item)).join("\n");
  if (field.kind === "choice" || field.kind === "json") return JSON.stringify(value, null, 2) ?? "";
  if (typeof value === "number") return fieldText(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Reads what was typed; or says what is wrong with it, as a sentence. */
export function readDraft(field: ValueField, text: string): ReadValue {
  if (field.kind === "list") return readList(field.item, field.rule, text);
  return field.kind === "json" ? readJson(text) : readItem(field, text);
}

function readItem(field: ItemField, text: string): ReadValue {
  if (field.kind === "number") return readNumber(text, field.rule);
  if (field.kind === "text") return readText(text, field.rule);
  const chosen = field.options.find((option) => isOption(option, text));
  if (chosen !== undefined) return { value: chosen };
  const options = field.options.map((option) => valueText(option, null));
  return { wrong: words.settings.oneOf(formats.either(options)) };
}

/** An option is chosen by its JSON; in a line of a list its plain text is enough. */
const isOption = (option: unknown, text: string) =>
  JSON.stringify(option) === text || option === text.trim();

function readText(text: string, { shortest, longest, pattern }: TextRule): ReadValue {
  const length = [...text].length;
  if (text === "" && shortest > 0) return { wrong: words.form.missing };
  if (length < shortest) return { wrong: words.settings.longer(fieldText(shortest)) };
  if (length > longest) return { wrong: words.settings.shorter(fieldText(longest)) };
  if (pattern !== undefined && !pattern.test(text)) return { wrong: words.settings.pattern };
  return { value: text };
}

/** One item a line; empty lines are none. */
function readList(item: ItemField, rule: ListRule, text: string): ReadValue {
  const values: unknown[] = [];
  const known = new Set<string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readItem(item, line.trim());
    if ("wrong" in read) return { wrong: words.settings.inLine(fieldText(index + 1), read.wrong) };
    const key = JSON.stringify(read.value);
    if (rule.isUnique && known.has(key))
      return { wrong: words.settings.twice(serverText(line.trim())) };
    known.add(key);
    values.push(read.value);
  }
  if (values.length < rule.fewest) return { wrong: words.settings.more(fieldText(rule.fewest)) };
  if (values.length > rule.most) return { wrong: words.settings.fewer(fieldText(rule.most)) };
  return { value: values };
}

function readJson(text: string): ReadValue {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { wrong: words.settings.json };
  }
}
