// The texts of the pages: complete in every language, and none of them outside the files of texts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vite";
import { afterEach, describe, expect, test } from "vitest";
import { DE } from "../../web/dashboard/text/de.ts";
import { EN } from "../../web/dashboard/text/en.ts";
import { FI } from "../../web/dashboard/text/fi.ts";
import { loadWords, termOf } from "../../web/dashboard/text/words.ts";

type Leaf = string | ((...values: never[]) => string);

const PAGES = "web/dashboard";

/** Every text by its path. */
function textsOf(words: object, path = ""): Map<string, Leaf> {
  const entries = Object.entries(words).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? [...textsOf(value, `${path}${name}.`)]
      : [[`${path}${name}`, value as Leaf] as const],
  );
  return new Map(entries);
}

/** Texts that may be the same in two languages: names, units, and words that they share. */
const SHARED =
  /^(Demo|Mando|Status|Limit|Token|Live|CSV|Site|Asset|Info|Details?|Alarm\w*|Version \{0\}|.{0,3})$/;
const english = textsOf(EN);

describe.each([
  ["German", DE],
  ["Finnish", FI],
] as const)("in %s", (_, other) => {
  const texts = textsOf(other);

  test("every text is there, and none besides", () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("every text is translated, and has the same values in it", () => {
    const same: string[] = [];
    for (const [path, text] of english) {
      const [a, b] = [written(text), written(texts.get(path) as Leaf)];
      if (a === b && !SHARED.test(a)) same.push(path);
      for (const value of a.match(/\{\d\}/g) ?? [])
        expect(b, `${path} leaves out ${value}`).toContain(value);
    }
    expect(same).toEqual([]);
  });
});

/** A text with `{0}`, `{1}` for its values. */
function written(text: Leaf): string {
  if (typeof text === "string") return text;
  return text(...(Array.from({ length: text.length }, (_, n) => `{${n}}`) as never[]));
}

describe("a term", () => {
  afterEach(() => loadWords("en"));

  test("is that of the language, and a value that is not known is shown in its own words", async () => {
    expect(termOf("SHORTFALL_EXPECTED")).toBe("Shortfall expected");
    expect(termOf("SOMETHING_NEW")).toBe("Something new");
    await loadWords("fi");
    expect(termOf("CHARGING")).toBe("Latautuu");
  });
});

describe("the pages", () => {
  test.each(sources())("have no text of their own: %s", (path) => {
    expect(ownTexts(readFileSync(path, "utf8"))).toEqual([]);
  });

  test("are searched: a planted text is found", () => {
    const planted = `const a = <p title="A hint">Some text {b ? "one thing" : x}</p>;`;
    expect(ownTexts(planted)).toEqual(["A hint", "Some text", "one thing"]);
  });
});

/** The files of the pages that have elements. */
function sources(): string[] {
  const names = readdirSync(PAGES, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".tsx")).map((name) => join(PAGES, name));
}

/** Attributes that a person reads or hears. */
const READ = new Set(["title", "alt", "placeholder", "aria-label", "label"]);
/** Names and units, which are the same in every language. */
const NAMES = /^(Mando|GraphQL|REST|MWh?|min|UTC|CSV|PNG|[^\p{L}]*)$/u;

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: { readonly name?: string };
  readonly [key: string]: unknown;
}

/** Parts of an expression whose strings are never shown: what decides between texts, and what a call is made of. */
const UNSHOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ["ConditionalExpression", ["test"]],
  ["BinaryExpression", ["left", "right"]],
  ["MemberExpression", ["property"]],
]);
/** Nodes with attributes, statements or calls in them, whose strings are not those of the element around them. */
const APART = new Set(["JSXOpeningElement", "ArrowFunctionExpression", "CallExpression"]);

/** Texts in JSX: between its tags, in attributes that are read, and strings in braces between tags. */
function ownTexts(source: string): string[] {
  const found: string[] = [];
  const visit = (node: Node, isShown: boolean): void => {
    const { type, value } = node;
    if ((type === "JSXText" || (type === "Literal" && isShown)) && typeof value === "string") {
      const text = value.replace(/\s+/g, " ").trim();
      if (!NAMES.test(text)) found.push(text);
    }
    const isElement = type === "JSXElement" || type === "JSXFragment";
    const isRead = type === "JSXAttribute" && READ.has(node.name?.name ?? "");
    for (const [key, part] of Object.entries(node)) {
      const isPartShown =
        isElement || isRead || (isShown && !APART.has(type) && !UNSHOWN.get(type)?.includes(key));
      for (const child of Array.isArray(part) ? part : [part])
        if (typeof child === "object" && child !== null && "type" in child)
          visit(child as Node, isPartShown);
    }
  };
  visit(parseAst(source, { lang: "tsx" }) as unknown as Node, false);
  return found;
}
