// Texts within texts: what is written from right to left, or turns directions, must not turn the words around it.

/** Letters from right to left, and signs that change the direction. */
const TURNING =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const LEFT_TO_RIGHT = "\u2066";
const RIGHT_TO_LEFT = "\u2067";
const END = "\u2069";
/** The first letter gives the direction of a text. */
const FIRST_LETTER_IS_RTL = /^\P{L}*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;

/** A text to put among others, with its own direction. */
export function isolated(text: string): string {
  if (!TURNING.test(text) || isIsolate(text)) return text;
  const begin = FIRST_LETTER_IS_RTL.test(text) ? RIGHT_TO_LEFT : LEFT_TO_RIGHT;
  return `${begin}${balanced(text)}${END}`;
}

/** Whether all of it is one isolate, as a text of the server is. */
function isIsolate(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index] as string;
    if (sign >= LEFT_TO_RIGHT && sign < END) depth++;
    else if (sign === END) depth--;
    if (depth <= 0) return depth === 0 && index > 0 && index === text.length - 1;
  }
  return false;
}

/** Without an end of what never began, and with each end that is missing. */
function balanced(text: string): string {
  let depth = 0;
  const kept = text.replace(/[\u2066-\u2069]/g, (sign) => {
    if (sign !== END) depth++;
    else if (depth > 0) depth--;
    else return "";
    return sign;
  });
  return kept + END.repeat(depth);
}

/** Texts of a language, which isolate what is put into them. */
export function isolating<T>(texts: T): T {
  if (typeof texts === "function")
    return ((...parts: unknown[]) =>
      texts(...parts.map((part) => (typeof part === "string" ? isolated(part) : part)))) as T;
  if (typeof texts !== "object" || texts === null) return texts;
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, isolating(text)]),
  ) as T;
}
