// Generated constants as compilers and interpreters read them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CatalogueEntry } from "../../../src/cli/catalogue.ts";
import { constantsOf } from "../../../src/cli/codegen/command.ts";
import { pathTree } from "../../../src/cli/codegen/path-tree.ts";
import { catalogues, entryOf, namedEntries } from "../../support/catalogues.ts";
import fc from "../../support/fast-check.ts";

const TSC = join(
  dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin/tsc",
);
const HAS_PYTHON = isThere("python3", "import sys; sys.exit(sys.version_info < (3, 9))");
const HAS_MYPY = HAS_PYTHON && isThere("python3", "import mypy");
const COUNT = 40;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-codegen-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function isThere(python: string, check: string): boolean {
  const is = spawnSync(python, ["-c", check]).status === 0;
  if (!is) process.stderr.write(`no ${python} with "${check}": tests of it are skipped\n`);
  return is;
}

function write(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

/** What the compiler says, nothing where it accepts the files. */
function compile(files: readonly string[]): string {
  const flags = ["--strict", "--noEmit", "--ignoreConfig", "--target", "es2022"];
  const { status, stdout } = spawnSync(process.execPath, [TSC, ...flags, ...files], {
    encoding: "utf8",
  });
  return status === 0 ? "" : stdout || "failed";
}

const literal = JSON.stringify;
const KINDS: Readonly<Record<CatalogueEntry["type"], string>> = {
  time_series_double: "NumberPoint",
  time_series_double_matrix: "MatrixPoint",
  static_data: "DocumentPoint",
};

/** Sampled catalogues, with the paths that are reached by names. */
const samples = () => [
  ...fc.sample(catalogues, COUNT).map((entries) => ({ entries, named: namedOf(entries) })),
];
const namedOf = (entries: readonly CatalogueEntry[]) =>
  namedEntries(pathTree("DataPoints", entries));

/** What the literal of the tree is, without the compiler. */
function treeOf(text: string): unknown {
  const begin = "export const DataPoints = ";
  const source = text.slice(text.indexOf(begin) + begin.length, text.lastIndexOf(" as const;"));
  return new Function(`"use strict"; return ${source};`)();
}

const below = (tree: unknown, names: readonly string[]) =>
  names.reduce((node, name) => (node as Record<string, unknown>)[name], tree);

test("each path is at its names, with what the catalogue has of it", () => {
  fc.assert(
    fc.property(catalogues, (entries) => {
      const tree = treeOf(constantsOf("typescript", undefined, entries));
      for (const [names, { id, type, unit, resolution, time_zone }] of namedOf(entries))
        expect(below(tree, names)).toMatchObject({
          ...{ path: id, type, unit, resolution, timeZone: time_zone },
        });
    }),
  );
});

test("the compiler accepts them, and knows path and type of each", { timeout: 120_000 }, () => {
  const files = samples().flatMap(({ entries, named }, n) => {
    const lines = named.map(
      ([names, { id, type }], place) =>
        `export const p${place}: points.${KINDS[type]}<${literal(id)}> = points.${["DataPoints", ...names].join(".")};`,
    );
    const uses = [`import * as points from "./points${n}.js";`, ...lines].join("\n");
    return [
      write(`points${n}.ts`, constantsOf("typescript", undefined, entries)),
      write(`uses${n}.ts`, uses),
    ];
  });
  expect(compile(files)).toBe("");
});

test("the compiler tells numbers from documents, and one path from another", {
  timeout: 60_000,
}, () => {
  const entries = [entryOf("Market/Price"), entryOf("Market/Terms", { type: "static_data" })];
  const constants = write("some.ts", constantsOf("typescript", undefined, entries));
  const uses = (line: string) =>
    write(
      "use.ts",
      `import { DataPoints, type DocumentPoint, type NumberPoint, type ValueOf } from "./some.js";
       export const price: NumberPoint = DataPoints.Market.Price;
       export const value: ValueOf<typeof DataPoints.Market.Price> = 1;
       export const terms: ValueOf<typeof DataPoints.Market.Terms> = { days: [1, null] };
       ${line}`,
    );
  expect(compile([constants, uses("")])).toBe("");
  const wrong: readonly [string, RegExp][] = [
    ["export const a: DocumentPoint = DataPoints.Market.Price;", /TS2322/],
    ["export const b: NumberPoint<'Other'> = DataPoints.Market.Price;", /TS2322/],
    ["export const c: ValueOf<typeof DataPoints.Market.Price> = 'text';", /TS2322/],
    ["export const d = DataPoints.Market.Absent;", /TS2339/],
  ];
  for (const [line, code] of wrong) expect(compile([constants, uses(line)])).toMatch(code);
});

const WALK = `
import functools, importlib, json, sys
sys.path.insert(0, sys.argv[1])
for n, paths in enumerate(json.load(open(sys.argv[1] + "/paths.json"))):
    module = importlib.import_module("points%d" % n)
    for names, path, kind, unit in paths:
        point = functools.reduce(getattr, names, module.DataPoints)
        assert isinstance(point, getattr(module, kind)), (n, names)
        assert (point.path, point.unit) == (path, unit), (n, names)
print("all")
`;

/** Modules of Python, and the paths in them. */
function writeModules(): string[] {
  const all = samples();
  const paths = all.map(({ named }) =>
    named.map(([names, { id, type, unit }]) => [names, id, KINDS[type], unit]),
  );
  write("paths.json", JSON.stringify(paths));
  return all.map(({ entries }, n) =>
    write(`points${n}.py`, constantsOf("python", undefined, entries)),
  );
}

test.skipIf(!HAS_PYTHON)("Python imports them, and has each path", { timeout: 60_000 }, () => {
  writeModules();
  const walked = execFileSync("python3", ["-c", WALK, directory], {
    encoding: "utf8",
  });
  expect(walked).toBe("all\n");
});

test.skipIf(!HAS_MYPY)("mypy accepts them", { timeout: 120_000 }, () => {
  const files = writeModules();
  const flags = ["-m", "mypy", "--strict", "--python-version", "3.9", "--cache-dir", directory];
  const { stdout } = spawnSync("python3", [...flags, ...files], { encoding: "utf8" });
  expect(stdout).toMatch(/^Success/);
});
