// Retired words: none stands in a text, and no declared name is, begins or ends with one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  beginsWithPurpose,
  declaredNames,
  forbiddenIn,
  LEFT_OUT,
  retiredNamesIn,
  wordsOf,
} from "./words.ts";

const ROOT = new URL("../../", import.meta.url);
/** Folders and files of which every text and every name is examined. */
const EXAMINED = [
  ...[
    "src/",
    "web/",
    "test/",
    "bench/",
    "docs/",
    "README.md",
    "CONTRIBUTING.md",
    "docker-compose.yml",
  ],
  ...["assets.yaml", "schema.graphql"],
];
const TEXT = /\.(ts|tsx|mjs|md|json|ya?ml|graphql|html|sh|txt)$/;

function readTexts(): Map<string, string> {
  const listed = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).split("\n");
  const paths = listed.filter(
    (path) =>
      TEXT.test(path) &&
      EXAMINED.some((folder) => path.startsWith(folder)) &&
      !LEFT_OUT.some(({ matches }) => matches.test(path)),
  );
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, ROOT), "utf8")]));
}

describe("words", () => {
  const texts = readTexts();

  test("that are forbidden stand nowhere", () => {
    expect([...texts].flatMap(([path, text]) => forbiddenIn(path, text))).toEqual([]);
  });

  test("that are retired are in no declared name", () => {
    expect([...texts].flatMap(([path, text]) => retiredNamesIn(path, text))).toEqual([]);
  });

  test("of the first line of a source say what the file is", () => {
    const sources = [...texts].filter(([path]) => /^(src|web)\/.*\.tsx?$/.test(path));
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.filter(([, text]) => !beginsWithPurpose(text)).map(([path]) => path)).toEqual(
      [],
    );
  });

  test.each([
    ["// Whoever reads this.", "whoever"],
    ["const text = `nobody is there`;", "nobody"],
    ["await client.sayGoodbye();", "goodbye"],
    ["The subscriber is told of it.", "is told"],
    ['throw new Fault("STORE_AWAY");', "STORE_AWAY"],
    ["const DISPATCH_AGENDA = 1;", "agenda"],
  ])("notices a planted text: %s", (text, word) => {
    expect(forbiddenIn("src/x.ts", `\n${text}`)[0]).toBe(`src/x.ts:2: ${word}`);
  });

  test.each([
    ["src/x.ts", "export function createDeskLedger() {}", "createDeskLedger"],
    ["src/x.ts", "interface Verdict {}", "Verdict"],
    ["src/x.ts", "const openRooms = 1;", "openRooms"],
    ["src/x.ts", "const BOOK_SIZE = 1;", "BOOK_SIZE"],
    ["src/x.ts", "interface A {\n  readonly bidMw: number;\n}", "bidMw"],
    ["src/x.ts", "interface A {\n  askedAt(): number;\n}", "askedAt"],
    ["src/x.ts", "function f(a: number, seats?: number) {}", "seats"],
    ["src/x.ts", "const f = (a, members) => a;", "members"],
    ["src/x.ts", "const f = story => 1;", "story"],
    ["src/x.ts", "const [a, grounds] = f();", "grounds"],
    ["src/x.ts", "class A {\n  goOn(ms: number): void {\n  }\n}", "goOn"],
    ["src/x.ts", "const x = { settle: 1 };", "settle"],
    ["src/ledger/x.ts", "", "ledger"],
    ["test/x/upkeep.test.ts", "", "upkeep"],
  ])("notices a planted name in %s: %s", (path, text, name) => {
    expect(retiredNamesIn(path, text)).toEqual([`${path}: ${name}`]);
  });

  test("lets pass names of others, words within words, and words in texts", () => {
    const text = `// The book of the market.\nconst GOING_AWAY = 1001;\nconst bookend = "settle";\nconst isAskable = a ? marks : 1;\ncreateRollUp();`;
    expect(retiredNamesIn("src/x.ts", text)).toEqual([]);
    expect(forbiddenIn("src/x.ts", "const nobodys = agendas;")).toEqual([]);
  });

  test("are split as names are written", () => {
    expect(wordsOf("createRESTDoor-mat_size2")).toEqual(["create", "rest", "door", "mat", "size2"]);
    expect(declaredNames("function a(b: C, d = 1) {\n  const { e: f } = b;\n}")).toContain("a");
  });

  test.each([
    ["// A thing.\nimport x;", true],
    ["import x;\n// A thing.", false],
    ["\n// A thing.", false],
    ["#!/usr/bin/env node\n// A thing.", true],
  ])("notice a planted first line: %j", (text, isThere) => {
    expect(beginsWithPurpose(text)).toBe(isThere);
  });
});
