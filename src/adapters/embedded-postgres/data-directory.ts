// The data directory of the server: made once, whole or not at all.
import { randomBytes } from "node:crypto";
import { chown, mkdtemp, open, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Binaries, programOf } from "./binaries.ts";
import { cannotRun, EmbeddedPostgresError, reasonOf } from "./error.ts";
import type { Account } from "./run.ts";
import { run } from "./run.ts";

/** The only role and its database. */
export const NAME = "mando";
/** The folder of the data in the directory. */
export const DATA_NAME = "postgres";
const PASSWORD_FILE = "mando.password";
const UNFINISHED = ".initdb-";
/** An unfinished directory of this age belongs to a process that has ended, in ms. */
const ABANDONED_MS = 600_000;

export interface DataDirectory {
  readonly path: string;
  readonly password: string;
}

/** Opens `<directory>/postgres`, or makes it. Rejects where another version wrote it, and changes nothing. */
export async function openDataDirectory(
  directory: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<DataDirectory> {
  const path = join(directory, DATA_NAME);
  const version = await versionOf(path);
  if (version === undefined) await create(directory, path, binaries, account);
  else if (version !== String(binaries.major)) {
    throw new EmbeddedPostgresError(
      `${path} was written by PostgreSQL ${version} and this Mando runs ${binaries.major}: run "mando export" with the Mando that wrote it, then import into a new directory`,
    );
  }
  const { uid } = await stat(path);
  if (account && uid !== account.uid) {
    throw cannotRun(
      `${path} belongs to root, as whom PostgreSQL does not run: chown -R ${account.uid}:${account.gid} ${path}`,
    );
  }
  const password = await readFile(join(path, PASSWORD_FILE), "utf8").catch((error) => {
    throw new EmbeddedPostgresError(
      `${join(path, PASSWORD_FILE)} cannot be read: bring back the whole directory from a copy, or choose another`,
      { cause: error },
    );
  });
  return { path, password: password.trim() };
}

/** Whether a database was made in the directory; a directory that this user cannot read counts as one. */
export async function holdsData(directory: string): Promise<boolean> {
  try {
    await stat(join(directory, DATA_NAME, "PG_VERSION"));
    return true;
  } catch (error) {
    return !/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? "");
  }
}

/** The major version that wrote the directory; undefined where there is none. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    return (await readFile(join(path, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  // An empty directory may have been made beforehand, as a mount point is.
  await rmdir(path).catch((error) => {
    if (error.code === "ENOENT") return;
    throw cannotRun(`${path} is no data of Mando: move it or choose another directory`, error);
  });
  return undefined;
}

async function create(
  directory: string,
  path: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<void> {
  await removeAbandoned(directory);
  const work = await mkdtemp(join(directory, UNFINISHED));
  try {
    const password = join(work, "password");
    const data = join(work, "data");
    await writeDurably(password, randomBytes(24).toString("base64url"));
    if (account) {
      await chown(password, account.uid, account.gid);
      await chown(work, account.uid, account.gid);
    }
    const options = [
      `--pgdata=${data}`,
      `--username=${NAME}`,
      `--pwfile=${password}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--data-checksums",
    ];
    const initdb = programOf(binaries, "initdb");
    const { code, output } = await run(initdb, options, { cwd: directory, account });
    if (code !== 0) throw cannotRun(`initdb failed in ${directory}: ${reasonOf(output)}`);
    await rename(password, join(data, PASSWORD_FILE));
    await rename(data, path).catch(async (error) => {
      // Another process was faster: its data is used.
      if ((await versionOf(path)) === undefined) throw error;
    });
    await sync(directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const work = join(directory, name);
    const found = await stat(work).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(work, { recursive: true, force: true });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
}

async function sync(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  await handle.sync();
  await handle.close();
}
