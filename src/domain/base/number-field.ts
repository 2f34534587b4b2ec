// The description of a number that clients read, give and change: its types and its texts follow from it.
import { snakeCase } from "./snake-case.ts";

/** A number of an item. One with neither `default` nor `absent` must be given. */
export interface NumberField {
  /** Its meaning, with its unit and its range; a sentence without the full stop. */
  readonly description: string;
  /** Its range by itself, and its unit. Rules that need more than the number are functions of the noun. */
  readonly range?: readonly [least: number, most: number, unit: string];
  /** Its value where it is left out. */
  readonly default?: number;
  /** What holds where it is left out, or removed by null; with `default`, that value in words. */
  readonly absent?: string;
  /** Whether it belongs to the start, and is not changed later. */
  readonly isInitial?: true;
  /** What a change of it leaves as it is: a sentence. */
  readonly onChange?: string;
}

export type NumberFields = Readonly<Record<string, NumberField>>;

export type NameIn<F extends NumberFields> = keyof F & string;
export type DefaultedIn<F extends NumberFields> = {
  [N in NameIn<F>]: F[N] extends { default: number } ? N : never;
}[NameIn<F>];
/** Those that an item may be without. */
export type OptionalIn<F extends NumberFields> = {
  [N in Exclude<NameIn<F>, DefaultedIn<F>>]: F[N] extends { absent: string } ? N : never;
}[Exclude<NameIn<F>, DefaultedIn<F>>];
export type RequiredIn<F extends NumberFields> = Exclude<NameIn<F>, DefaultedIn<F> | OptionalIn<F>>;
export type ChangeableIn<F extends NumberFields> = {
  [N in NameIn<F>]: F[N] extends { isInitial: true } ? never : N;
}[NameIn<F>];

/** The numbers of an item. */
export type NumbersOf<F extends NumberFields> = {
  readonly [N in Exclude<NameIn<F>, OptionalIn<F>>]: number;
} & { readonly [N in OptionalIn<F>]?: number };

/** The numbers of a new item: null and undefined stand for what holds without the number. */
export type GivenNumbers<F extends NumberFields> = {
  readonly [N in RequiredIn<F>]: number;
} & { readonly [N in Exclude<NameIn<F>, RequiredIn<F>>]?: number | null | undefined };

/** The numbers of an item that change; null removes one. */
export type NumberChanges<F extends NumberFields> = {
  readonly [N in ChangeableIn<F>]?: number | (N extends OptionalIn<F> ? null : never) | undefined;
};

/** The names of the fields, in their order. */
export function namesIn<F extends NumberFields>(fields: F) {
  return Object.keys(fields) as readonly NameIn<F>[];
}

/** The names of the fields, each with its name outside of the program. */
export function outerNamesIn<F extends NumberFields>(fields: F) {
  return namesIn(fields).map((name) => [name, snakeCase(name)] as const);
}

/** The numbers of a new item with their defaults, without those that it has not. */
export function numbersOf<F extends NumberFields>(fields: F, given: GivenNumbers<F>): NumbersOf<F> {
  // Not by Object.fromEntries, which takes several times as long: a fleet may have 100,000 assets.
  const numbers: Record<string, number> = {};
  for (const name in fields) {
    const value = (given as Record<string, number | null>)[name] ?? fields[name]?.default;
    if (value !== undefined) numbers[name] = value;
  }
  return numbers as NumbersOf<F>;
}

/** Those that belong not to the start alone. */
export function changeableIn<F extends NumberFields>(fields: F) {
  const isChangeable = (name: NameIn<F>): name is ChangeableIn<F> => !fields[name]?.isInitial;
  return namesIn(fields).filter(isChangeable);
}

/** Whether an item may be without it. */
export function isOptional({ absent, default: fallback }: NumberField): boolean {
  return absent !== undefined && fallback === undefined;
}

/** Whether a new item must be given with it. */
export function isRequired({ absent, default: fallback }: NumberField): boolean {
  return absent === undefined && fallback === undefined;
}

/** What a number means where it is answered. */
export function answerText(field: NumberField): string {
  const { description, absent } = field;
  return isOptional(field) ? `${description}; null: ${absent}.` : `${description}.`;
}

/** What it means where a new item is given. */
export function givenText({ description, absent, default: fallback }: NumberField): string {
  const leftOut = absent ?? fallback;
  return leftOut === undefined ? `${description}.` : `${description}. Left out: ${leftOut}.`;
}

/** What it means where it is changed. */
export function changeText(field: NumberField): string {
  return field.onChange === undefined
    ? answerText(field)
    : `${answerText(field)} ${field.onChange}`;
}
