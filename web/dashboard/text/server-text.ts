// Texts that the server wrote: English in every language, and known as such among the words of the page.
import { words } from "./words.ts";

/** Isolates of Unicode, which surround a text of another language, and are not seen. */
const [BEGIN, END] = ["\u2068", "\u2069"];

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
  return text.split(BEGIN).flatMap((piece, index): TextPart[] => {
    if (index === 0) return piece === "" ? [] : [{ text: piece, isServer: false }];
    const [inner = "", rest = ""] = piece.split(END, 2);
    const own: TextPart = { text: inner, isServer: true };
    return rest === "" ? [own] : [own, { text: rest, isServer: false }];
  });
}
