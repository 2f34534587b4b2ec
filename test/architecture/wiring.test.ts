// The wiring of a fleet: the kernel alone joins its simulator and services, and everything else uses the kernel.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const FACTORIES = new Set(factoriesIn(read("src/compose/kernel.ts")));

/** The factories that a file imports from the services and the simulator. */
function factoriesIn(text: string): string[] {
  const imports = /import\s*\{([^}]*)\}\s*from\s*"[./]+(?:src\/)?(?:services|simulator)\/[^"]*"/g;
  return [...text.matchAll(imports)].flatMap(([, names = ""]) => names.match(/\bcreate\w+/g) ?? []);
}

/** The factories of a file that wires a fleet by itself: two or more of those that the kernel joins. */
function wiringOf(text: string): string[] {
  const found = factoriesIn(text).filter((name) => FACTORIES.has(name));
  return found.length > 1 ? found : [];
}

test("no test and no bench wires a fleet of its own", () => {
  const paths = ["test", "bench"].flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `${folder}/${path.replaceAll("\\", "/")}`),
  );
  expect(paths.length).toBeGreaterThan(100);
  expect(FACTORIES.size).toBeGreaterThan(8);
  const wired = paths.map((path) => [path, wiringOf(read(path))] as const);
  expect(wired.filter(([, factories]) => factories.length > 0)).toEqual([]);
});

test("the check notices a planted fault, and lets a single piece pass", () => {
  const imported = (names: string, path: string) => `import {${names}} from "${path}";\n`;
  const ticker = imported(" type Ticker, createTicker ", "../../src/services/telemetry/ticker.ts");
  const simulator = imported("\n  createSimulator,\n", "../src/simulator/simulator.ts");
  expect(wiringOf(ticker + simulator)).toEqual(["createTicker", "createSimulator"]);
  expect(wiringOf(ticker)).toEqual([]);
  expect(wiringOf(ticker + imported("createSimulator", "../web/simulator.ts"))).toEqual([]);
});
