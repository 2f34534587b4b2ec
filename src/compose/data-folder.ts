// The data folder of a server, made and tried before its first use.
import { mkdir, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { folderFailure } from "../domain/base/folder-failure.ts";

/** Where this process is root, PostgreSQL runs as another user, which must be able to enter. */
const MODE = process.getuid?.() === 0 ? 0o711 : 0o700;

/** @throws An error whose message is one line with the folder, the reason why it cannot be used and the remedy. */
export async function prepareDataFolder(path: string): Promise<void> {
  try {
    await make(resolve(path));
    await rmdir(await mkdtemp(join(path, ".try-")));
  } catch (cause) {
    throw new Error(
      `DATA ${path} cannot be used: ${folderFailure(cause)}; or choose another folder with DATA`,
      { cause },
    );
  }
}

/** Makes one folder after the other: in a parent that refuses every name, as /proc does, Node's recursive mkdir never ends. */
async function make(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
  if (dirname(path) !== path) await make(dirname(path));
  await mkdir(path, { mode: MODE });
}
