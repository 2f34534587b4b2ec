// Numbers in texts, on every edge: in decimal, and in no other notation.

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The pattern of the part before the fraction. */
export type DecimalSeparator = "." | ",";

/**
 * The number of a decimal text; undefined where the text is no number, or one that is too large, or too small to
 * differ from 0.
 */
export function readDecimal(text: string, separator: DecimalSeparator = "."): number | undefined {
  const plain = separator === "." ? text : withPoint(text);
  if (!DECIMAL.test(plain)) return undefined;
  const value = Number(plain);
  const [digits = ""] = plain.split(/e/i);
  return Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(digits)) ? value : undefined;
}

/** A point in a text with decimal commas groups thousands, which is refused like any other sign. */
function withPoint(text: string): string {
  return text.includes(".") ? "" : text.replace(",", ".");
}
