// The packages that ship: those in the bundles, by the lists that the build writes, and those beside the program.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import type { Component } from "../../domain/version/component.ts";

/** The same folder from the sources and from the build. */
const ROOT = new URL("../../../", import.meta.url);
const { resolve } = createRequire(import.meta.url);

/** The packages of a bundle, as the bundler lists them beside the texts of their licences. */
const Bundled = z.array(
  z.object({ name: z.string(), version: z.string(), identifier: z.string().optional() }),
);
const Installed = z.object({ version: z.string(), license: z.string().optional() });
const Program = z.object({ optionalDependencies: z.record(z.string(), z.string()) });

interface Places {
  /** Lists of bundled packages, as paths below the folder of the program. */
  readonly lists: readonly string[];
  /** Packages that the program loads from beside itself. */
  readonly required: readonly string[];
  /** Those that it can do without. */
  readonly optional: readonly string[];
}

/** The packages by name, each version once. */
export async function readPackages(places: Places): Promise<readonly Component[]> {
  const found = await Promise.all([
    ...places.lists.map(readBundled),
    ...places.required.map(readInstalled),
    ...places.optional.map(readOptional),
  ]);
  const byVersion = new Map(found.flat().map((it) => [`${it.name} ${it.version}`, it]));
  return [...byVersion.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function readBundled(list: string): Promise<readonly Component[]> {
  const found = await readJson(new URL(list, ROOT), Bundled);
  return (found ?? []).map(({ name, version, identifier = null }) =>
    packageOf(name, version, identifier, true),
  );
}

/** None where it is not installed. */
async function readInstalled(name: string): Promise<readonly Component[]> {
  for (const folder of resolve.paths(name) ?? []) {
    const found = await readJson(join(folder, name, "package.json"), Installed);
    if (found) return [packageOf(name, found.version, found.license ?? null, true)];
  }
  return [];
}

/** Where it is not installed, the version that would be. */
async function readOptional(name: string): Promise<readonly Component[]> {
  const installed = await readInstalled(name);
  if (installed.length > 0) return installed;
  const program = await readJson(new URL("package.json", ROOT), Program);
  const version = program?.optionalDependencies[name];
  return version === undefined ? [] : [packageOf(name, version, null, false)];
}

function packageOf(
  name: string,
  version: string,
  license: string | null,
  isCurrent: boolean,
): Component {
  return { name, version, kind: "package", license, isCurrent };
}

/** The content of a JSON file; undefined where there is none. */
async function readJson<T>(file: string | URL, shape: z.ZodType<T>): Promise<T | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
