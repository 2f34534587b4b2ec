// The folder that data is kept in: made, and tried, before anything uses it.
import { mkdir, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { folderFailure } from "../domain/base/folder-failure.ts";

/** PostgreSQL runs as another user where we are root, and must pass. */
const MODE = process.getuid?.() === 0 ? 0o711 : 0o700;

/** @throws An error whose message is one line with the folder, why it cannot be used and what to do. */
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

/** Step by step: where a parent refuses every name, as /proc does, Node's own way of making all never ends. */
async function make(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
  if (dirname(path) !== path) await make(dirname(path));
  await mkdir(path, { mode: MODE });
}
