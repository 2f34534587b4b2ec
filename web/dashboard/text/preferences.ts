// What a person chose for all pages: language, time zone and clock, stored in the browser.
import { LANGUAGES, type Language } from "./words.ts";

/** Each is undefined where the browser decides. */
export interface Preferences {
  readonly language?: Language;
  /** An IANA name, such as Europe/Helsinki. */
  readonly timeZone?: string;
  readonly hours?: 12 | 24;
}

const KEY = "mando.preferences";

/** The stored preferences, without what this browser does not know. */
export function readPreferences(): Preferences {
  const { language, timeZone, hours } = parsed(localStorage.getItem(KEY) ?? "{}");
  return {
    ...(isLanguage(language) && { language }),
    ...(isTimeZone(timeZone) && { timeZone }),
    ...((hours === 12 || hours === 24) && { hours }),
  };
}

export function storePreferences(preferences: Preferences): void {
  localStorage.setItem(KEY, JSON.stringify(preferences));
}

/** The first language of the browser that there are texts of. */
export function browserLanguage(languages: readonly string[]): Language {
  return languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}

/**
 * The language tag for numbers and instants: that of the browser where it is of the chosen language, as en-GB is of en.
 * Digits are always the ones that the forms accept.
 */
export function localeOf(language: Language, languages: readonly string[]): string {
  const tag = languages.find((one) => one.slice(0, 2) === language) ?? language;
  return `${tag.replace(/-u-.*/, "")}-u-nu-latn`;
}

export function isTimeZone(name: unknown): name is string {
  if (typeof name !== "string" || name === "") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && Object.hasOwn(LANGUAGES, value);
}
