// Records whose content the database refused, stored for examination: a line of JSON, then the payload.
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "./segment.ts";

const MAX_RECORDS = 100;

/**
 * Stores a record in the folder, and retains the newest records there: 100 at most, of `maxBytes` in all
 * (or this one alone).
 */
export async function storeRejected(
  folder: string,
  sequence: number,
  payload: Uint8Array,
  reason: string,
  maxBytes: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${String(sequence).padStart(16, "0")}.record`);
  const file = await open(path, "w");
  try {
    await file.writeFile(`${JSON.stringify({ sequence, reason })}\n`);
    await file.writeFile(payload);
    await file.datasync();
    await syncDirectory(folder);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await removeOldest(folder, maxBytes);
}

async function removeOldest(folder: string, maxBytes: number): Promise<void> {
  const newestFirst = (await readdir(folder)).filter((name) => name.endsWith(".record")).sort();
  newestFirst.reverse();
  let bytes = 0;
  for (const [index, name] of newestFirst.entries()) {
    bytes += (await stat(join(folder, name))).size;
    if (index > 0 && (index >= MAX_RECORDS || bytes > maxBytes)) await rm(join(folder, name));
  }
}
