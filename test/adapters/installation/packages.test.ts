// The packages of an installation, out of lists that a test writes and of what is installed here.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readPackages } from "../../../src/adapters/installation/packages.ts";

const ROOT = new URL("../../../", import.meta.url);
const { optionalDependencies } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "mando-packages-"));
afterAll(() => rmSync(folder, { recursive: true }));

function listOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return pathToFileURL(file).href;
}

const NONE = { lists: [], required: [], optional: [] };

test("bundled packages are listed by name, each version once", async () => {
  const program = listOf("program.json", [
    { name: "b", version: "2.0.0", identifier: "ISC", text: "Copyright" },
    { name: "a", version: "1.0.0", identifier: "MIT" },
    { name: "b", version: "1.0.0", identifier: "ISC" },
  ]);
  const pages = listOf("pages.json", [
    { name: "a", version: "1.0.0", identifier: "MIT" },
    { name: "c", version: "1.0.0" },
  ]);
  const rest = { kind: "package", isCurrent: true };
  expect(await readPackages({ ...NONE, lists: [program, pages] })).toEqual([
    { ...rest, name: "a", version: "1.0.0", license: "MIT" },
    { ...rest, name: "b", version: "2.0.0", license: "ISC" },
    { ...rest, name: "b", version: "1.0.0", license: "ISC" },
    { ...rest, name: "c", version: "1.0.0", license: null },
  ]);
});

test("a list that is not there is empty, and one that is broken is a fault", async () => {
  const missing = pathToFileURL(join(folder, "missing.json")).href;
  expect(await readPackages({ ...NONE, lists: [missing] })).toEqual([]);
  for (const [n, content] of ["[", [{ name: "a" }], {}].entries()) {
    const lists = [listOf(`broken-${n}.json`, content)];
    await expect(readPackages({ ...NONE, lists })).rejects.toThrow();
  }
});

test("a required package has the version and the licence that are installed", async () => {
  const file = new URL("node_modules/postgres/package.json", ROOT);
  const { version, license } = JSON.parse(readFileSync(file, "utf8"));
  expect(await readPackages({ ...NONE, required: ["postgres", "no-such-package"] })).toEqual([
    { name: "postgres", version, license, kind: "package", isCurrent: true },
  ]);
});

test("an optional package that is not installed is not in force, in the version that would be", async () => {
  const names = Object.keys(optionalDependencies);
  const isInstalled = (name: string) => existsSync(new URL(`node_modules/${name}`, ROOT));
  const found = await readPackages({ ...NONE, optional: [...names, "no-such-package"] });
  expect(found.map(({ name }) => name)).toEqual([...names].sort());
  for (const { name, version, license, isCurrent } of found) {
    expect(version).toBe(optionalDependencies[name]);
    expect([isCurrent, license !== null]).toEqual([isInstalled(name), isInstalled(name)]);
  }
  expect(found.some(({ isCurrent }) => !isCurrent)).toBe(true);
});
