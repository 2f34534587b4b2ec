import { expect, test } from "vitest";
import { isolated, isolating } from "../../web/dashboard/text/isolate.ts";
import { partsOfText, serverText } from "../../web/dashboard/text/server-text.ts";

const [LRI, RLI, PDI, RLO] = ["\u2066", "\u2067", "\u2069", "\u202e"];

test.each([
  ["Åland 1", "Åland 1"],
  [`x${RLO}abc`, `${LRI}x${RLO}abc${PDI}`],
  ["1 סוללה", `${RLI}1 סוללה${PDI}`],
  ["A סוללה", `${LRI}A סוללה${PDI}`],
  [`a${PDI}${RLO}b`, `${LRI}a${RLO}b${PDI}`],
  [`${RLI}a${RLO}${PDI}`, `${RLI}a${RLO}${PDI}`],
  [`${RLI}a${PDI}${RLO}${PDI}`, `${LRI}${RLI}a${PDI}${RLO}${PDI}`],
  [`a${RLI}b`, `${LRI}a${RLI}b${PDI}${PDI}`],
])("isolates what turns directions: %j", (text, isolate) => {
  expect(isolated(text)).toBe(isolate);
});

test("texts isolate what is put into them, and nothing else", () => {
  const words = isolating({
    part: { of: (name: string, count: number) => `${name} has ${count}` },
    plain: "text",
  });
  expect(words.part.of(`${RLO}abc`, 2)).toBe(`${LRI}${RLO}abc${PDI} has 2`);
  expect(words.part.of("abc", 2)).toBe("abc has 2");
  expect(words.plain).toBe("text");
});

test("a text of the server is known within words that isolate it, with what follows it", () => {
  const refused = isolating((reason: string) => `Refused: ${reason}. Change it.`);
  const parts = partsOfText(refused(serverText(`no room for ${isolated(`${RLO}abc`)} here`)));
  expect(parts).toEqual([
    { text: "Refused: ", isServer: false },
    { text: `no room for ${LRI}${RLO}abc${PDI} here`, isServer: true },
    { text: ". Change it.", isServer: false },
  ]);
});
