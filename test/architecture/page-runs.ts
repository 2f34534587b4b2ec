// Runs the console blocks and the programs of a page against a started application, and compares what they print.
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { type Block, blocksOf, linesOf, stepsOf } from "./markdown.ts";

const ROOT = new URL("../../", import.meta.url);

/** What differs from one run to the next. */
const VOLATILE = new Set([
  "timestamp",
  "submitted_at",
  "changed_at",
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

/** Runs the blocks of one page, in their order, against one server. @returns How many commands and programs ran. */
export async function runBlocks(page: string): Promise<number> {
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
