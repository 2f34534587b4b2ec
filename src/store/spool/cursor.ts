// The cursor of a spool, up to which records are acknowledged: one line of text, replaced as a whole.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** Records up to and including the sequence `acknowledged` are forgotten. */
export interface Cursor {
  readonly ownerId: string;
  readonly acknowledged: number;
}

/** The name of the file, as version 0.1 wrote it. */
const NAME = "position";

/** Undefined where there is no cursor, or a damaged one: records that are still there are read once more then. */
export async function readCursor(directory: string): Promise<Cursor | undefined> {
  const line = await readFile(join(directory, NAME), "latin1").catch(() => "");
  const [, text = "", digits, ownerId = "", crc] = /^((\d{1,15}) (\S+)) (\d+)\n$/.exec(line) ?? [];
  return crc === String(crc32(text)) ? { ownerId, acknowledged: Number(digits) } : undefined;
}

/** Writes without a sync: after a power failure the cursor may be an older one, never a newer. */
export async function writeCursor(directory: string, cursor: Cursor): Promise<void> {
  const text = `${cursor.acknowledged} ${cursor.ownerId}`;
  const path = join(directory, NAME);
  await writeFile(`${path}.new`, `${text} ${crc32(text)}\n`);
  await rename(`${path}.new`, path);
}
