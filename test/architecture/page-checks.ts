// The pages of the project, and checks of what they name: commands, links and files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { createProgram } from "../../src/cli/program.ts";
import { anchorsOf, linksOf } from "./markdown.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

export const PATHS = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(new URL("docs", ROOT))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
/** The text of each page by its path. */
export const PAGES: ReadonlyMap<string, string> = new Map(PATHS.map((path) => [path, read(path)]));
export const { scripts: SCRIPTS } = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
};

/** Why a command of an `sh` block could not be run as it stands; undefined where it could. */
export function faultOf(command: string): string | undefined {
  if (
    /^(npm (ci|test|i [\w -]+)|git clone \S+|cd \S+|docker compose (--profile (all|grafana) )?up -d)$/.test(
      command,
    )
  )
    return undefined;
  const [, script] = /^(?:[A-Z_]+=\S+ )*npm (?:run )?([\w:-]+)/.exec(command) ?? [];
  if (script !== undefined) return script in SCRIPTS ? undefined : `no script ${script}`;
  const [, name] = /^(?:[A-Z_]+=\S+ )*node dist\/main\.js ([\w-]+)/.exec(command) ?? [];
  const names = createProgram().commands.map((one) => one.name());
  if (name !== undefined) return names.includes(name) ? undefined : `no command ${name}`;
  return /^npx (vitest|tsx|drizzle-kit) /.test(command) ? undefined : `unknown: ${command}`;
}

/** The links of a page that lead nowhere. */
export function brokenLinks(
  path: string,
  text: string,
  pages: ReadonlyMap<string, string> = PAGES,
): string[] {
  return linksOf(text).filter((target) => {
    const [file = "", anchor] = target.split("#");
    const at = file === "" ? path : posix.join(posix.dirname(path), file);
    if (!pages.has(at) && !existsSync(new URL(at, ROOT))) return true;
    return anchor !== undefined && !anchorsOf(pages.get(at) ?? "").has(anchor);
  });
}

const FILES = ["src", "test", "web", "bench", "docs", "examples", ".ci"]
  .flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" }).map(
      (path) => `/${folder}/${path.replaceAll("\\", "/")}`,
    ),
  )
  .concat(readdirSync(ROOT).map((name) => `/${name}`));

/** The files that a page names and that do not exist. A name may leave out the folders at its begin. */
export function missingFiles(text: string): string[] {
  const named = [...text.matchAll(/`([\w.][\w./-]*\.(?:ts|tsx|txt|json|yaml|yml|graphql|md))`/g)];
  // What a build writes is not in a checkout.
  const names = named.map(([, name]) => name as string).filter((name) => !/^dist\//.test(name));
  return names.filter((name) => !FILES.some((path) => path.endsWith(`/${name}`)));
}
