// The numbers of sites and assets in GraphQL, by their tables.
import {
  answerText,
  type ChangeableIn,
  changeableIn,
  changeText,
  givenText,
  isOptional,
  isRequired,
  type NameIn,
  type NumberField,
  type NumberFields,
  namesIn,
  type RequiredIn,
} from "../../../domain/base/number-field.ts";
import type { InputFields } from "../base/builder.ts";

/**
 * Fields of an object.
 *
 * @param fieldOf Makes a field. Its options are typed as those of a field that may be null, also where it is not.
 */
export function answered<F extends NumberFields, R>(
  fields: F,
  fieldOf: (name: NameIn<F>, options: { nullable: true; description: string }) => R,
) {
  const entries = namesIn(fields).map((name) => {
    const field = fields[name] as NumberField;
    const nullable = isOptional(field) as true;
    return [name, fieldOf(name, { nullable, description: answerText(field) })];
  });
  return Object.fromEntries(entries) as Record<NameIn<F>, R>;
}

const required = (t: InputFields, description: string) => t.float({ required: true, description });
const optional = (t: InputFields, description: string, defaultValue?: number) =>
  t.float({ description, ...(defaultValue !== undefined && { defaultValue }) });
type Required = ReturnType<typeof required>;
type Optional = ReturnType<typeof optional>;

/** Fields of the input of a new item. */
export function given<F extends NumberFields>(t: InputFields, fields: F) {
  const entries = namesIn(fields).map((name) => {
    const field = fields[name] as NumberField;
    const text = givenText(field);
    if (isRequired(field)) return [name, required(t, text)];
    // A default in words depends on other fields.
    return [name, optional(t, text, field.absent === undefined ? field.default : undefined)];
  });
  return Object.fromEntries(entries) as {
    [N in NameIn<F>]: N extends RequiredIn<F> ? Required : Optional;
  };
}

/** Fields of the input of a change. */
export function changed<F extends NumberFields>(t: InputFields, fields: F) {
  const entries = changeableIn(fields).map((name) => [
    name,
    optional(t, changeText(fields[name] as NumberField)),
  ]);
  return Object.fromEntries(entries) as Record<ChangeableIn<F>, Optional>;
}
