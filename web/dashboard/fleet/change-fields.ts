// The fields of forms that change the fleet, and what is typed into them.
import { type NumberRule, readNumber } from "../text/number.ts";
import { words } from "../text/words.ts";

export type FieldName = keyof typeof words.changes.fields;

export type ChangeField =
  | { readonly name: FieldName; readonly kind: "text" }
  /** One of the options, by its value. */
  | {
      readonly name: FieldName;
      readonly kind: "choice";
      readonly options: readonly (readonly [value: string, label: string])[];
    }
  | {
      readonly name: FieldName;
      readonly kind: "number";
      readonly rule?: NumberRule;
      /** Empty: there is none. */
      readonly isOptional?: boolean;
      /** Typed as a magnitude: the value is negative. */
      readonly isNegative?: boolean;
    };

export type Texts = Readonly<Partial<Record<FieldName, string>>>;
export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>;
/** What was read, by field: null where an optional field is empty. */
export type Values = Readonly<Partial<Record<FieldName, string | number | null>>>;

export interface ReadFields {
  readonly values: Values;
  readonly errors: FieldErrors;
}

export function readFields(fields: readonly ChangeField[], texts: Texts): ReadFields {
  const values: Partial<Record<FieldName, string | number | null>> = {};
  const errors: Partial<Record<FieldName, string>> = {};
  for (const field of fields) {
    const read = readField(field, texts[field.name] ?? "");
    if (typeof read === "object" && read !== null) errors[field.name] = read.wrong;
    else values[field.name] = read;
  }
  return { values, errors };
}

function readField(field: ChangeField, text: string) {
  if (field.kind !== "number")
    return text.trim() === "" ? { wrong: words.form.missing } : text.trim();
  if (field.isOptional && text.trim() === "") return null;
  const read = readNumber(text, field.rule);
  if ("wrong" in read) return read;
  return field.isNegative ? 0 - read.value : read.value;
}

/** The values of fields whose text was changed. */
export function changedValues(values: Values, before: Texts, now: Texts): Values {
  const isChanged = ([name]: [string, unknown]) =>
    (before[name as FieldName] ?? "").trim() !== (now[name as FieldName] ?? "").trim();
  return Object.fromEntries(Object.entries(values).filter(isChanged));
}

/** Why a change is refused, as a sentence, with the field that is at fault. */
export interface FieldReason {
  readonly field: string | null;
  readonly message: string;
}

/** The reasons of a refusal beside their fields, and those of no field of the form. */
export function violationErrors(
  fields: readonly ChangeField[],
  violations: readonly FieldReason[],
) {
  const errors: Partial<Record<FieldName, string>> = {};
  const others: string[] = [];
  for (const { field, message } of violations) {
    const known = fields.find(({ name }) => name === field);
    if (known === undefined) others.push(message);
    else errors[known.name] ??= message;
  }
  return { errors, others };
}
