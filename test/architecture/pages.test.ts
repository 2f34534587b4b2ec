// The pages of the project: what their code blocks show is what happens, and their links lead somewhere.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { parseAssetsFile } from "../../src/config/assets-file.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { anchorsOf, type Block, blocksOf, linesOf, linksOf, stepsOf } from "./markdown.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const PATHS = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(new URL("docs", ROOT))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const PAGES = new Map(PATHS.map((path) => [path, read(path)]));
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
const MOST_PICTURE_BYTES = 250_000;
const README_LINES = 80;
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) process.stderr.write("no curl found: the commands of the pages are not run\n");

/** Languages of blocks that are not run, with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  text: "a drawing, or a formula",
  ts: "a part of a file that does not exist",
  nginx: "the configuration of another program",
  caddy: "the configuration of another program",
};

/** What differs from one run to the next. */
const VOLATILE = new Set([
  "timestamp",
  "submitted_at",
  "start_at",
  "end_at",
  "from",
  "schedule_id",
]);
const isDispatch = (value: object) => "submitted_at" in value;
const isJson = (line: string) => /^(data: )?[{[]/.test(line);

/** What a line of output says, whenever it is said. */
function steady(text: string): unknown {
  if (!isJson(text)) return text;
  return JSON.parse(text.replace(/^data: /, ""), function (key, value) {
    return VOLATILE.has(key) || (key === "id" && isDispatch(this)) ? "…" : value;
  });
}

/** The lines of an output that are compared: those of JSON, or all where none is. */
function comparedLines(output: string): readonly string[] {
  const lines = output.split("\n").filter((line) => line !== "");
  const json = lines.filter(isJson);
  return json.length > 0 ? json : lines;
}

/** Runs the blocks of one page, in their order, against one server. */
async function runBlocks(page: string): Promise<number> {
  const application = await startApplication();
  try {
    const blocks = blocksOf(page, /console|js|json/);
    let count = 0;
    for (const [index, block] of blocks.entries()) {
      if (block.language === "console") count += await runConsole(application, block);
      if (block.language === "js") {
        await runProgram(application, block, blocks[index + 1] as Block);
        count++;
      }
    }
    return count;
  } finally {
    await application.stop();
  }
}

/** Runs a command until it has printed as many lines as are shown; one tick for each line of JSON. */
async function outputOf(
  { url, clock }: ApplicationUnderTest,
  command: string,
  shown: readonly string[],
): Promise<unknown[]> {
  const ofJson = shown.some(isJson);
  const seen: unknown[] = [];
  for await (const line of linesOf(command.replaceAll("localhost:3001", new URL(url).host))) {
    if (line === "" || isJson(line) !== ofJson) continue;
    seen.push(steady(line));
    if (seen.length === shown.length) break;
    if (ofJson) clock.advance(DT_MS);
  }
  return seen;
}

async function runConsole(application: ApplicationUnderTest, { text }: Block): Promise<number> {
  const steps = stepsOf(text);
  for (const { command, output } of steps) {
    const [, seconds] = /^sleep (\d+)$/.exec(command) ?? [];
    if (seconds !== undefined) application.clock.advance(Number(seconds) * 1000);
    else {
      const shown = comparedLines(output);
      const seen = await outputOf(application, command, shown);
      expect(seen, command).toEqual(shown.map(steady));
    }
  }
  return steps.length;
}

async function runProgram(
  application: ApplicationUnderTest,
  { text }: Block,
  { text: output }: Block,
): Promise<void> {
  const file = fileURLToPath(new URL("node_modules/.page-program.mjs", ROOT));
  writeFileSync(file, text.replace("localhost:3001", new URL(application.url).host));
  const shown = comparedLines(output);
  expect(await outputOf(application, `exec ${process.execPath} ${file}`, shown)).toEqual(
    shown.map(steady),
  );
  rmSync(file);
}

/** Why a command of an `sh` block could not be run as it stands; undefined where it could. */
function faultOf(command: string): string | undefined {
  if (/^(npm (ci|test|i [\w -]+)|git clone \S+|cd \S+|docker compose up -d)$/.test(command))
    return undefined;
  const [, script] = /^(?:[A-Z_]+=\S+ )*npm (?:run )?([\w:-]+)/.exec(command) ?? [];
  if (script !== undefined) return script in scripts ? undefined : `no script ${script}`;
  const [, name] = /^(?:[A-Z_]+=\S+ )*node dist\/main\.js ([\w-]+)/.exec(command) ?? [];
  const names = createProgram().commands.map((one) => one.name());
  if (name !== undefined) return names.includes(name) ? undefined : `no command ${name}`;
  return /^npx (vitest|tsx|drizzle-kit) /.test(command) ? undefined : `unknown: ${command}`;
}

/** The links of a page that lead nowhere. */
function brokenLinks(
  path: string,
  text: string,
  pages: ReadonlyMap<string, string> = PAGES,
): string[] {
  return linksOf(text).filter((target) => {
    const [file = "", anchor] = target.split("#");
    const at = file === "" ? path : posix.join(posix.dirname(path), file);
    if (!pages.has(at) && !existsSync(new URL(at, ROOT))) return true;
    return anchor !== undefined && !anchorsOf(pages.get(at) ?? "").has(anchor);
  });
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
      expect(scripts).toHaveProperty(script as string);
  });

  test("links to what is there", () => {
    expect(brokenLinks(path, page)).toEqual([]);
  });
});

describe("the pages", () => {
  test("show every picture that there is, and each is light", () => {
    const all = [...PAGES.values()].join("\n");
    const names = readdirSync(new URL("docs", ROOT)).filter((name) => name.endsWith(".png"));
    expect(names.filter((name) => !all.includes(name))).toEqual([]);
    for (const name of names)
      expect(statSync(new URL(`docs/${name}`, ROOT)).size, name).toBeLessThan(MOST_PICTURE_BYTES);
  });

  test("are all reached from the README, which fits on a screen and a half", () => {
    const linked = linksOf(read("README.md")).map((target) => target.replace(/#.*/, ""));
    expect(linked).toEqual(expect.arrayContaining(PATHS.filter((path) => path !== "README.md")));
    expect(read("README.md").split("\n").length).toBeLessThan(README_LINES);
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
    expect(faultOf("npm run dance")).toBe("no script dance");
    expect(faultOf("node dist/main.js dance")).toBe("no command dance");
    expect(faultOf("TICK_SECONDS=1 npm start")).toBeUndefined();
    expect(faultOf("dance")).toBe("unknown: dance");
  });
});
