// How far the records are acknowledged: one line of text, replaced as a whole.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** Everything up to and including `acknowledged` is forgotten by the owner. */
export interface Cursor {
  readonly ownerId: string;
  readonly acknowledged: number;
}

const NAME = "position";

/** Undefined where there is none, or a damaged one: then what is still there is read once more. */
export async function readCursor(directory: string): Promise<Cursor | undefined> {
  const line = await readFile(join(directory, NAME), "latin1").catch(() => "");
  const [, text = "", digits, ownerId = "", crc] = /^((\d{1,15}) (\S+)) (\d+)\n$/.exec(line) ?? [];
  return crc === String(crc32(text)) ? { ownerId, acknowledged: Number(digits) } : undefined;
}

/** Not synced: after a power failure it may be an older one, never a newer. */
export async function writeCursor(directory: string, cursor: Cursor): Promise<void> {
  const text = `${cursor.acknowledged} ${cursor.ownerId}`;
  const path = join(directory, NAME);
  await writeFile(`${path}.new`, `${text} ${crc32(text)}\n`);
  await rename(`${path}.new`, path);
}
