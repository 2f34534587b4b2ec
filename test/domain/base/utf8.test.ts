import { describe, expect, test } from "vitest";
import { readUtf8 } from "../../../src/domain/base/utf8.ts";

const TEXT = "sites:\n  - name: Jämsä\n";
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();
const utf32 = (text: string, isLittle: boolean) =>
  Buffer.concat(
    [...text].map((sign) => {
      const bytes = Buffer.alloc(4);
      const code = sign.codePointAt(0) ?? 0;
      if (isLittle) bytes.writeUInt32LE(code);
      else bytes.writeUInt32BE(code);
      return bytes;
    }),
  );

describe("a text", () => {
  test.each([TEXT, `\ufeff${TEXT}`])("is UTF-8, with or without its mark", (text) => {
    expect(readUtf8(Buffer.from(text))).toEqual({ text: TEXT });
  });

  test("may be empty or short", () => {
    for (const text of ["", "a", "ä", "🔋"]) expect(readUtf8(Buffer.from(text))).toEqual({ text });
  });

  test.each([
    ["UTF-16", Buffer.from(`\ufeff${TEXT}`, "utf16le")],
    ["UTF-16", Buffer.from(TEXT, "utf16le")],
    ["UTF-16", utf16be(`\ufeff${TEXT}`)],
    ["UTF-16", utf16be(TEXT)],
    ["UTF-32", utf32(`\ufeff${TEXT}`, true)],
    ["UTF-32", utf32(TEXT, true)],
    ["UTF-32", utf32(`\ufeff${TEXT}`, false)],
    ["UTF-32", utf32(TEXT, false)],
  ])("%s (%#) is refused by its name", (name, bytes) => {
    const wrong = `the text is ${name}: save it as UTF-8`;
    expect(readUtf8(bytes)).toEqual({ line: 1, column: 1, wrong });
  });

  test("in Latin-1 is refused where it shows", () => {
    const wrong = "the text is Latin-1 or another encoding: save it as UTF-8";
    expect(readUtf8(Buffer.from(TEXT, "latin1"))).toEqual({ line: 2, column: 12, wrong });
    expect(readUtf8(Buffer.from(TEXT).subarray(0, 19))).toEqual({ line: 2, column: 12, wrong });
  });

  test("with a NUL is refused where it stands", () => {
    const wrong = "a NUL character: the file is damaged, or no text";
    expect(readUtf8(Buffer.from("a: 1\nb: \0\n"))).toEqual({ line: 2, column: 4, wrong });
    expect(readUtf8(Buffer.alloc(8))).toEqual({ line: 1, column: 1, wrong });
  });
});
