import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAssetsFile } from "../../src/config/assets-file.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { type HouseUnderTest, startHouse } from "../house-under-test.ts";
import { blocksOf, stepsOf } from "./readme.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const { scripts } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { scripts: Record<string, string> };
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

/** What differs from one run to the next. */
const VOLATILE = new Set(["timestamp", "submitted_at"]);
const isDispatch = (value: object) => "submitted_at" in value;

function steady(text: string): unknown {
  return JSON.parse(text, function (key, value) {
    return VOLATILE.has(key) || (key === "id" && isDispatch(this)) ? "…" : value;
  });
}

describe("the README", () => {
  let house: HouseUnderTest;
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house.stop());

  const steps = blocksOf(README, "console").flatMap(stepsOf);

  test.skipIf(!hasCurl)("shows what its commands really print", { timeout: 60_000 }, async () => {
    expect(steps.length).toBeGreaterThan(3);
    for (const { command, output } of steps) {
      const [, seconds] = /^sleep (\d+)$/.exec(command) ?? [];
      if (seconds !== undefined) {
        house.clock.advance(Number(seconds) * 1000);
        continue;
      }
      const printed = await runAsync(command.replaceAll("localhost:3001", new URL(house.url).host));
      expect(steady(printed), command).toEqual(steady(output));
    }
  });

  test("has an assets file that loads", () => {
    const [yaml] = blocksOf(README, "yaml");
    expect(parseAssetsFile(yaml ?? "")).toHaveProperty("assets");
  });

  test("names only scripts and settings that exist, and every setting", () => {
    const commands = blocksOf(README, "sh").flatMap((block) => block.trim().split("\n"));
    expect(commands).toEqual(["npm ci", "npm start"]);
    for (const [, script] of README.matchAll(/npm run ([\w:]+)/g))
      expect(scripts).toHaveProperty(script as string);
    for (const { variable } of SETTINGS) expect(README).toContain(`\`${variable}`);
  });

  test("fits on three screens", () => {
    expect(README.split("\n").length).toBeLessThan(180);
  });
});

async function runAsync(command: string): Promise<string> {
  const { exec } = await import("node:child_process");
  return new Promise((resolve, reject) =>
    exec(command, (error, stdout) => (error ? reject(error) : resolve(stdout))),
  );
}
