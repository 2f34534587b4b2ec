// Texts in files and bodies: UTF-8 with or without a byte order mark; every other encoding is refused by its name.

/** A text; or its error and place: line and column count from 1. */
export type Utf8 = { readonly text: string } | Unread;

interface Unread {
  readonly wrong: string;
  readonly line: number;
  readonly column: number;
}

const DECODER = new TextDecoder("utf-8", { fatal: true });
const LOSSY = new TextDecoder("utf-8", { ignoreBOM: true });
const LINE_END = 0x0a;

export function readUtf8(bytes: Uint8Array): Utf8 {
  const other = otherEncodingOf(bytes);
  if (other !== undefined)
    return { line: 1, column: 1, wrong: `the text is ${other}: save it as UTF-8` };
  const text = decode(bytes);
  if (text === undefined) return placeOfInvalid(bytes);
  const nul = text.indexOf("\0");
  if (nul === -1) return { text };
  const before = text.slice(0, nul).split("\n");
  const wrong = "a NUL character: the file is damaged, or no text";
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, wrong };
}

/** The encoding, by its byte order mark, or by the zeros beside the first character. */
function otherEncodingOf(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  if (a === 0xfe && b === 0xff) return "UTF-16";
  if (a === 0 && b === 0) return c === 0xfe || (c === 0 && d) ? "UTF-32" : undefined;
  if (a && b === 0 && c === 0 && d === 0) return "UTF-32";
  if ((a && b === 0 && c && d === 0) || (a === 0 && b && c === 0 && d)) return "UTF-16";
  return undefined;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

function placeOfInvalid(bytes: Uint8Array): Unread {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_END, start);
    const content = bytes.subarray(start, end === -1 ? undefined : end);
    if (end === -1 || decode(content) === undefined) {
      const column = LOSSY.decode(content).indexOf("\ufffd") + 1;
      const wrong = "the text is Latin-1 or another encoding: save it as UTF-8";
      return { line, column, wrong };
    }
    line++;
    start = end + 1;
  }
}
