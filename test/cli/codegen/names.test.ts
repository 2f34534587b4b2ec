// The names of segments, and the tree that they make.
import { expect, test } from "vitest";
import { constantsOf, LANGUAGES } from "../../../src/cli/codegen/command.ts";
import { namesOf } from "../../../src/cli/codegen/path-names.ts";
import { type PathNode, pathTree } from "../../../src/cli/codegen/path-tree.ts";
import { catalogues, entryOf, namedEntries } from "../../support/catalogues.ts";
import fc from "../../support/fast-check.ts";

const named = (...segments: string[]) => Object.fromEntries(namesOf(segments));

test("a segment that is an identifier has its own name, and others one that is near", () => {
  expect(named("DayAhead", "15min", "Jyvaskyla-1", "v1.2", "class", "path")).toEqual({
    ...{ DayAhead: "DayAhead", "15min": "_15min", "Jyvaskyla-1": "Jyvaskyla_1", "v1.2": "v1_2" },
    ...{ class: "class_", path: "path_" },
  });
});

test("of segments with one name none has it", () => {
  expect(named("A-B")).toEqual({ "A-B": "A_B" });
  expect(named("A-B", "A_B")).toEqual({ "A-B": "A_x2d_B", A_B: "A_x5f_B" });
  expect(named("class", "class_")).toEqual({ class: "_x63_lass", class_: "class_x5f_" });
  expect(named("A-B", "A.B", "A_x2d_B").A_x2d_B).toBe("A_x2d_B");
});

test("a name never comes to mean another segment when one is added", () => {
  const segments = catalogues.map((entries) => [
    ...new Set(entries.flatMap(({ id }) => id.split("/"))),
  ]);
  fc.assert(
    fc.property(segments, ([added, ...before]) => {
      const old = new Map([...namesOf(before)].map(([segment, name]) => [name, segment]));
      for (const [segment, name] of namesOf([...before, added as string]))
        if (segment !== added) expect(old.get(name) ?? segment).toBe(segment);
    }),
  );
});

const isName = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith("__");

function expectNames({ children }: PathNode): void {
  const names = children.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !isName(name))).toEqual([]);
  for (const child of children) expectNames(child);
}

test("all names are identifiers, each once, and lead to each entry", () => {
  fc.assert(
    fc.property(catalogues, (entries) => {
      const tree = pathTree("DataPoints", entries);
      expectNames(tree);
      const found = namedEntries(tree).map(([, { id }]) => id);
      expect(found.sort()).toEqual(entries.map(({ id }) => id).sort());
    }),
  );
});

test("equal catalogues give equal constants, in whichever order they are sent", () => {
  fc.assert(
    fc.property(catalogues, (entries) => {
      for (const language of LANGUAGES)
        expect(constantsOf(language, "Market", [...entries].reverse())).toBe(
          constantsOf(language, "Market", entries),
        );
    }),
  );
});

test("the head says how to make it again", () => {
  const text = constantsOf("python", "Market/FI", [entryOf("Market/FI/Price")]);
  expect(text.split("\n").slice(1, 3)).toEqual([
    "# Data points of the catalogue. This file is generated: do not edit it. Make it again by",
    "#   mando data codegen --language python --prefix Market/FI",
  ]);
});
