import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAssetsFile } from "../../src/config/assets-file.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { type Block, blocksOf, linesOf, stepsOf } from "./readme.ts";

const ROOT = new URL("../../", import.meta.url);
const README = readFileSync(new URL("README.md", ROOT), "utf8");
const { scripts } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as {
  scripts: Record<string, string>;
};
const MOST_PICTURE_BYTES = 250_000;
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) process.stderr.write("no curl found: the README's commands are not run\n");

/** What differs from one run to the next. */
const VOLATILE = new Set(["timestamp", "submitted_at", "start_at", "end_at", "from"]);
const isDispatch = (value: object) => "submitted_at" in value;

/** What a line of output says, whenever it is said. */
function steady(text: string): unknown {
  return JSON.parse(text.replace(/^data: /, ""), function (key, value) {
    return VOLATILE.has(key) || (key === "id" && isDispatch(this)) ? "…" : value;
  });
}

describe("the README", () => {
  let application: ApplicationUnderTest;
  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(() => application.stop());

  /** Runs a command until it has printed as many JSON lines as are shown, one tick for each. */
  async function outputOf(command: string, shown: number): Promise<unknown[]> {
    const here = command.replaceAll("localhost:3001", new URL(application.url).host);
    const seen: unknown[] = [];
    for await (const line of linesOf(here)) {
      if (!/^(data: )?[{[]/.test(line)) continue;
      seen.push(steady(line));
      if (seen.length === shown) break;
      application.clock.advance(DT_MS);
    }
    return seen;
  }
  const shownLines = (output: string) =>
    output.split("\n").filter((line) => /^(data: )?[{[]/.test(line));

  async function runConsole({ text }: Block): Promise<number> {
    const steps = stepsOf(text);
    for (const { command, output } of steps) {
      const [, seconds] = /^sleep (\d+)$/.exec(command) ?? [];
      if (seconds !== undefined) application.clock.advance(Number(seconds) * 1000);
      else {
        const shown = shownLines(output);
        expect(await outputOf(command, shown.length), command).toEqual(shown.map(steady));
      }
    }
    return steps.length;
  }

  async function runProgram({ text }: Block, { text: output }: Block): Promise<void> {
    const file = fileURLToPath(new URL("node_modules/.readme-client.mjs", ROOT));
    writeFileSync(file, text.replace("localhost:3001", new URL(application.url).host));
    const shown = shownLines(output);
    expect(await outputOf(`exec ${process.execPath} ${file}`, shown.length)).toEqual(
      shown.map(steady),
    );
    rmSync(file);
  }

  test.skipIf(!hasCurl)(
    "shows what its commands and its program really print",
    { timeout: 60_000 },
    async () => {
      const blocks = blocksOf(README, /console|js|json/);
      let count = 0;
      for (const [index, block] of blocks.entries()) {
        if (block.language === "console") count += await runConsole(block);
        if (block.language === "js") await runProgram(block, blocks[index + 1] as Block);
      }
      expect(count).toBeGreaterThan(7);
    },
  );

  test("has an assets file that loads", () => {
    const [yaml] = blocksOf(README, /yaml/);
    expect(parseAssetsFile(yaml?.text ?? "")).toHaveProperty("assets");
  });

  test("names only scripts and settings that exist, and every setting", () => {
    const commands = blocksOf(README, /sh/).flatMap(({ text }) => text.trim().split("\n"));
    expect(commands).toEqual([
      "npm ci",
      "npm start",
      expect.stringMatching(/^DATABASE_URL=\S+ npm start$/),
    ]);
    for (const [, script] of README.matchAll(/npm run ([\w:]+)/g))
      expect(scripts).toHaveProperty(script as string);
    for (const { variable } of SETTINGS) expect(README).toContain(`\`${variable}`);
  });

  test("shows every picture that there is, and each is light", () => {
    const shown = [...README.matchAll(/docs\/([\w-]+\.png)/g)].map(([, name]) => name);
    expect(shown.sort()).toEqual(readdirSync(new URL("docs", ROOT)).sort());
    for (const name of shown)
      expect(statSync(new URL(`docs/${name}`, ROOT)).size, name).toBeLessThan(MOST_PICTURE_BYTES);
  });

  test("fits on three screens", () => {
    expect(README.split("\n").length).toBeLessThan(210);
  });
});
