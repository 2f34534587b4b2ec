// The rules of Biome that need types or the whole project: each notices a planted fault.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BIOME = join(ROOT, "node_modules/@biomejs/biome/bin/biome");

const LONG = Array.from({ length: 71 }, (_, n) => `  act(${n});`).join("\n");

/** The text of planted files by path, and the rule that refuses the first of them. */
const PLANTED: readonly [rule: string, files: Readonly<Record<string, string>>][] = [
  [
    "noImportCycles",
    {
      "src/cycle-a.ts": 'import type { B } from "./cycle-b.ts";\nexport type A = B | 1;\n',
      "src/cycle-b.ts": 'import type { A } from "./cycle-a.ts";\nexport type B = A | 2;\n',
    },
  ],
  [
    "noFloatingPromises",
    { "src/floating.ts": "async function work(): Promise<void> {}\nwork();\nexport {};\n" },
  ],
  [
    "noMisusedPromises",
    {
      "src/misused.ts":
        "async function check(): Promise<boolean> {\n  return true;\n}\nif (check()) throw new Error();\nexport {};\n",
    },
  ],
  [
    "useExhaustiveSwitchCases",
    {
      "src/switch.ts":
        'type Side = "in" | "out";\nexport function signOf(side: Side): number {\n  switch (side) {\n    case "in":\n      return -1;\n  }\n  return 1;\n}\n',
    },
  ],
  [
    "noExcessiveLinesPerFunction",
    {
      "src/long.ts": `declare function act(n: number): void;\nexport function long(): void {\n${LONG}\n}\n`,
    },
  ],
];

describe("Biome", () => {
  let folder: string;
  let found: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mando-lint-"));
    for (const name of ["tsconfig.json", "biome.json"])
      copyFileSync(join(ROOT, name), join(folder, name));
    mkdirSync(join(folder, "src"));
    for (const [, files] of PLANTED)
      for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    const flags = ["lint", "--reporter=github", "--vcs-enabled=false", "src"];
    const options = { cwd: folder, encoding: "utf8" } as const;
    found = spawnSync(process.execPath, [BIOME, ...flags], options).stdout;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(PLANTED)("refuses a planted fault against %s", (rule, files) => {
    const faults = found.split("\n").filter((line) => line.includes(`/${rule},`));
    expect(faults.map((line) => line.slice(0, 8))).toEqual(
      Object.keys(files).map(() => "::error "),
    );
    for (const [index, path] of Object.keys(files).entries()) expect(faults[index]).toContain(path);
  });
});
