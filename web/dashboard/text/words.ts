// The texts of the chosen language.
import { EN, type Words } from "./en.ts";
import { isolating } from "./isolate.ts";

/** Languages, by their own names. */
export const LANGUAGES = { en: "English", de: "Deutsch", fi: "Suomi" } as const;
export type Language = keyof typeof LANGUAGES;

const LOADERS: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => EN,
  de: async () => (await import("./de.ts")).DE,
  fi: async () => (await import("./fi.ts")).FI,
};

/** The texts of the chosen language: English until another one is loaded, which is before anything is drawn. */
export let words: Words = isolating(EN);
let shown: Language = "en";

export const isEnglish = () => shown === "en";

export async function loadWords(language: Language): Promise<void> {
  words = isolating(await LOADERS[language]());
  shown = language;
}

/** The name of an enum value as text: a value of a newer server, which has no text, in its own words. */
export function termOf(value: string): string {
  return words.terms[value] ?? sentenceCase(value);
}

function sentenceCase(value: string): string {
  return value.charAt(0) + value.slice(1).toLowerCase().replaceAll("_", " ");
}
