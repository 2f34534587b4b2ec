// Quotation of a refused value in messages.

const LONGEST_SHOWN = 60;

/** The value on one line, shortened: texts in quotes, with every control character escaped. */
export function quoted(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** The begin of a text that is too long to be shown. */
export function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
