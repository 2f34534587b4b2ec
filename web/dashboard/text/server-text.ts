// Texts that the server wrote: English in every language, and known as such among the words of the page.
import { words } from "./words.ts";

/** Isolates of Unicode, which surround a text of another language, and are not seen. */
const BEGIN = "\u2068";
const END = "\u2069";

/** A text of the server, to be put among words of the page. */
export const serverText = (text: string) => (text === "" ? "" : `${BEGIN}${text}${END}`);

/** What a code of the server means, in the chosen language; where the pages do not know the code, the sentence of the server. */
export function codeText(code: string, message: string): string {
  const known: Readonly<Record<string, string | undefined>> = words.codes;
  return known[code] ?? serverText(message);
}

interface TextPart {
  readonly text: string;
  /** Whether the server wrote it. */
  readonly isServer: boolean;
}

/** A text in its parts: words of the page and texts of the server. */
export function partsOfText(text: string): readonly TextPart[] {
  const begin = text.indexOf(BEGIN);
  if (begin < 0) return partOf(text, false);
  const end = endOf(text, begin);
  return [
    ...partOf(text.slice(0, begin), false),
    ...partOf(text.slice(begin + 1, end), true),
    ...partsOfText(text.slice(end + 1)),
  ];
}

const partOf = (text: string, isServer: boolean): TextPart[] =>
  text === "" ? [] : [{ text, isServer }];

/** Where the isolate that begins at an index ends: others may lie in it. */
function endOf(text: string, begin: number): number {
  let depth = 0;
  for (let index = begin; index < text.length; index++) {
    const sign = text[index] as string;
    if (sign === END && --depth === 0) return index;
    if (sign >= "\u2066" && sign <= BEGIN) depth++;
  }
  return text.length;
}
