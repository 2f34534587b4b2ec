// Numbers as people type them: with a decimal comma, in the digits of any script, with groups of thousands.
import { formats } from "./format.ts";
import { words } from "./words.ts";

/** What a number may be. */
export interface NumberRule {
  /** It must be above this. */
  readonly above?: number;
  /** It must be this or more. */
  readonly least?: number;
  /** It must be this or less. */
  readonly most?: number;
  readonly isWhole?: boolean;
}

export type ReadNumber = { readonly value: number } | { readonly wrong: string };

/** Reads a typed number; or says what is wrong with it, as a sentence. */
export function readNumber(text: string, rule: NumberRule = {}): ReadNumber {
  const plain = plainOf(text);
  if (plain === "") return { wrong: words.form.missing };
  if (!DECIMAL.test(plain)) {
    const isGrouped = /^[+-]?\d{1,3}(?:[.,]\d{3})*[.,]\d+$/.test(plain);
    if (isGrouped) return { wrong: words.form.grouped(text.trim()) };
    const { number, wholeNumber } = words.form;
    return { wrong: (rule.isWhole ? wholeNumber : number)(text.trim()) };
  }
  const meanings = meaningsOf(plain);
  if (meanings !== undefined) return { wrong: words.form.thousands(text.trim(), ...meanings) };
  const value = Number(plain.replace(",", ".")) + 0;
  const wrong = brokenRule(value, rule);
  return wrong === undefined ? { value } : { wrong };
}

/** The text of a number as a field has it: with no more digits than it needs, and none between thousands. */
export const fieldText = (value: number): string =>
  String(value + 0).replace(".", formats.decimalSign);

/** Both meanings of a number whose sign separates thousands in the chosen language, and decimals in others; undefined where it has one. */
function meaningsOf(plain: string): [string, string] | undefined {
  const [, whole, separator, rest] = /^([+-]?[1-9]\d{0,2})([.,])(\d{3})$/.exec(plain) ?? [];
  if (separator === undefined || separator === plainOf(formats.decimalSign)) return undefined;
  return [fieldText(Number(`${whole}.${rest}`)), fieldText(Number(`${whole}${rest}`))];
}

const DECIMAL = /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)$/;

function brokenRule(value: number, rule: NumberRule): string | undefined {
  const { above = -Infinity, least = -Infinity, most = Infinity, isWhole = false } = rule;
  if (!(value > above)) return words.form.above(fieldText(above));
  if (!(value >= least)) return words.form.least(fieldText(least));
  if (!(value <= most) || !Number.isFinite(value))
    return words.form.most(Number.isFinite(most) ? fieldText(most) : "1e308");
  return isWhole && !Number.isInteger(value) ? words.form.whole : undefined;
}

/** The text in ASCII: digits of other scripts, signs and separators as keyboards have them, and no spaces between thousands. */
function plainOf(text: string): string {
  return text
    .trim()
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/[\u2212\u2010\u2011\u2013\ufe63\uff0d]/g, "-")
    .replace(/\uff0b/g, "+")
    .replace(/[\u066b\uff0c]/g, ",")
    .replace(/\uff0e/g, ".")
    .replace(/[\u200e\u200f\u061c]/g, "")
    .replace(/^([+-])\s+/, "$1")
    .replace(/(\d)[\s\u066c'’](?=\d{3}(?:\D|$))/g, "$1");
}

/** The digits of a script follow one another from 0 on, and so do those of scripts that adjoin. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) as number;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
