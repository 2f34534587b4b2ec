// Programs that only tests need, and that `.ci/run` installs outside the checkout. Tests without them are skipped.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const isRoot = process.getuid?.() === 0;
/** Below the home of root nothing is open to the user that runs PostgreSQL. */
const CACHE = isRoot ? "/var/cache" : (process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"));
const FOLDER = process.env.MANDO_TEST_TOOLS ?? join(CACHE, "mando-test-tools");

/** The folder of a tool for this platform; undefined where it is absent, which is said. */
export function findTool(name: string): string | undefined {
  return findLibrary(`${name}-${process.platform}-${process.arch}`);
}

/** The folder of a library; undefined where it is absent, which is said. */
export function findLibrary(name: string): string | undefined {
  const path = join(FOLDER, "node_modules", name);
  if (existsSync(path)) return path;
  process.stderr.write(`no ${path}: tests with ${name} are skipped (.ci/run installs it)\n`);
  return undefined;
}
