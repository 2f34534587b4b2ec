// The refusal of a start for data paths that clash, with their places in the assets file.
import { errorLines } from "../domain/base/file-error.ts";
import type { AssetsFile } from "../domain/ports/assets-file.ts";
import { StartRefused } from "../store/database/start-refused.ts";
import { DataPathsRefused } from "../store/fleet/records.ts";

/** The error itself, unless data paths of the file clash. The file is read again: its places are not held until then. */
export async function withPlaces(error: unknown, file: AssetsFile): Promise<unknown> {
  if (!(error instanceof DataPathsRefused)) return error;
  const read = await file.read();
  if (!("errorsOf" in read)) return error;
  const lines = errorLines(file.path, read.errorsOf(error.violations));
  return new StartRefused(`the data paths of ${file.path} clash:${lines}`);
}
