// The pages of the project: what their code blocks show is what happens, and their links lead somewhere.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAssetsFile } from "../../src/config/assets-file.ts";
import { createAppUnderTest } from "../support/app-under-test.ts";
import { silentLog } from "../support/silent-log.ts";
import { blocksOf, linksOf } from "./markdown.ts";
import { brokenLinks, faultOf, missingFiles, PAGES, PATHS, SCRIPTS } from "./page-checks.ts";
import { runBlocks } from "./page-runs.ts";

const ROOT = new URL("../../", import.meta.url);
const MOST_PICTURE_BYTES = 250_000;
const README_LINES = 80;
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) process.stderr.write("no curl found: the commands of the pages are not run\n");

/** Languages of blocks that are not run, with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  text: "a drawing, or a formula",
  nginx: "the configuration of another program",
  caddy: "the configuration of another program",
};

/** Routes that a page does not list; `/pages/*` are the files of pages. */
function unlisted(paths: readonly string[], page: string): readonly string[] {
  const listed = new Set(page.match(/(?<=[` ])\/[\w/{}.]*/g));
  const isListed = (path: string) => listed.has(path.replaceAll(/:(\w+)/g, "{$1}"));
  return paths.filter((path) => path !== "/pages/*" && !isListed(path));
}

describe.each(PATHS)("%s", (path) => {
  const page = PAGES.get(path) as string;

  test.skipIf(!hasCurl || !/^```(console|js)$/m.test(page))(
    "shows what its commands and its programs really print",
    { timeout: 60_000 },
    async () => {
      expect(await runBlocks(page)).toBeGreaterThan(0);
    },
  );

  test("has blocks that are run, or a reason why not", () => {
    const languages = [...page.matchAll(/^```(\w*)\n[\s\S]*?^```$/gm)].map(([, name]) => name);
    const isKnown = (name = "") => /^(console|js|json|sh|yaml)$/.test(name) || name in NOT_RUN;
    expect(languages.filter((name) => !isKnown(name))).toEqual([]);
  });

  test("has assets files that load", () => {
    for (const { text } of blocksOf(page, /yaml/))
      expect(parseAssetsFile(text)).toHaveProperty("assets");
  });

  test("names only scripts and commands that exist", () => {
    const commands = blocksOf(page, /sh/).flatMap(({ text }) => text.trim().split("\n"));
    expect(commands.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
    for (const [, script] of page.matchAll(/npm run ([\w:]+)/g))
      expect(SCRIPTS).toHaveProperty(script as string);
  });

  test("links to what is there, and names files that are", () => {
    expect(brokenLinks(path, page)).toEqual([]);
    expect(missingFiles(page)).toEqual([]);
  });
});

describe("the pages", () => {
  test("list every route", () => {
    const paths = createAppUnderTest({}, silentLog).declared.map(({ path }) => path);
    expect(unlisted(paths, PAGES.get("docs/api.md") as string)).toEqual([]);
    expect(unlisted(["/none/:id", "/fleet"], "`GET /fleet`, `/none/{id}/x`")).toEqual([
      "/none/:id",
    ]);
  });

  test("show every picture that there is, and each is light", () => {
    const all = [...PAGES.values()].join("\n");
    const names = readdirSync(new URL("docs", ROOT)).filter((name) => name.endsWith(".png"));
    expect(names.filter((name) => !all.includes(name))).toEqual([]);
    for (const name of names)
      expect(statSync(new URL(`docs/${name}`, ROOT)).size, name).toBeLessThan(MOST_PICTURE_BYTES);
  });

  test("are all reached from the README, which fits on a screen and a half", () => {
    const readme = PAGES.get("README.md") as string;
    const linked = linksOf(readme).map((target) => target.replace(/#.*/, ""));
    expect(linked).toEqual(expect.arrayContaining(PATHS.filter((path) => path !== "README.md")));
    expect(readme.split("\n").length).toBeLessThan(README_LINES);
  });

  test("are checked by what notices planted faults", () => {
    const pages = new Map([
      [
        "README.md",
        "# One\n[a](docs/two.md#part-one) [b](docs/two.md#none) [c](none.md) [d](#one)",
      ],
      ["docs/two.md", "## Part: one\n```sh\n# [not](a-link.md)\n```\n[e](../README.md#one)"],
    ]);
    const broken = [...pages].flatMap(([path, text]) => brokenLinks(path, text, pages));
    expect(broken).toEqual(["docs/two.md#none", "none.md"]);
    expect(missingFiles("`pages.test.ts`, `api/app.ts`, `src/none.ts`, `x.ts`")).toEqual([
      "src/none.ts",
      "x.ts",
    ]);
    expect(faultOf("npm run dance")).toBe("no script dance");
    expect(faultOf("node dist/main.js dance")).toBe("no command dance");
    expect(faultOf("TICK_SECONDS=1 npm start")).toBeUndefined();
    expect(faultOf("dance")).toBe("unknown: dance");
  });
});
