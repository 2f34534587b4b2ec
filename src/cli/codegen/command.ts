// The command that writes constants of the paths of data points.
import { readFile, writeFile } from "node:fs/promises";
import { type CatalogueEntry, catalogueOf } from "../catalogue.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "../exit.ts";
import { serverOf } from "../server-requests.ts";
import { pathTree } from "./path-tree.ts";
import { pythonOf } from "./python.ts";
import { typescriptOf } from "./typescript.ts";

const WRITERS = { typescript: typescriptOf, python: pythonOf };

type Language = keyof typeof WRITERS;

export const LANGUAGES = Object.keys(WRITERS) as Language[];

export interface CodegenFlags {
  readonly language: Language;
  readonly prefix?: string;
  readonly out?: string;
  readonly url?: string;
}

/** The name of the tree. */
const ROOT = "DataPoints";
/** What each file has that was written before. */
const GENERATED = "This file is generated";

/** Writes the constants of a catalogue: equal ones of equal entries. */
export async function writeConstants({ language, prefix, out, url }: CodegenFlags): Promise<void> {
  if (out !== undefined) await refuseOtherFile(out);
  const entries = await catalogueOf(serverOf(url), prefix);
  if (entries.length === 0)
    return fail(
      `no data point is ${prefix === undefined ? "there" : `at or below ${prefix}`}: mando data ls lists those that there are`,
      EXIT_REFUSED,
    );
  const text = constantsOf(language, prefix, entries);
  if (out !== undefined) return write(out, text);
  process.stdout.once("error", ({ message }) => fail(message, EXIT_FAULT));
  process.stdout.write(text);
}

export function constantsOf(
  language: Language,
  prefix: string | undefined,
  entries: readonly CatalogueEntry[],
): string {
  const only = prefix === undefined || prefix === "" ? "" : ` --prefix ${prefix}`;
  const command = `mando data codegen --language ${language}${only}`;
  return WRITERS[language](pathTree(ROOT, entries), command);
}

/** What was written by hand is not written over. */
async function refuseOtherFile(file: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  if (before !== "" && !before.slice(0, 200).includes(GENERATED))
    fail(`${file} was not written by this command: name another file`, EXIT_REFUSED);
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    return fail((error as Error).message, EXIT_REFUSED);
  }
}
