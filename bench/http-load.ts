// The generator of HTTP requests of benchmarks: `autocannon`, which `.ci/run` installs beside the tools of tests.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type autocannon from "autocannon";
import { findLibrary } from "../test/support/test-tools.ts";

export type HttpLoad = autocannon.Options;

/** Sends requests for a while. */
export async function loadHttp(options: HttpLoad): Promise<autocannon.Result> {
  const folder = findLibrary("autocannon");
  if (folder === undefined)
    throw new Error(
      "autocannon is not installed: run npm install --prefix bench-tools autocannon@9.0.0, and set MANDO_TEST_TOOLS to the path of bench-tools",
    );
  const library = await import(pathToFileURL(join(folder, "autocannon.js")).href);
  return (library.default as typeof autocannon)(options);
}
