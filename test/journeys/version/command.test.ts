// The command that prints versions, the line of the log, and the build that both say.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN } from "../../support/identities.ts";
import { endPrograms, runProgram } from "../../support/program-under-test.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MAIN = join(ROOT, "dist/main.js");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
let application: ApplicationUnderTest;
let folder: string;

beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN, ANONYMOUS_ROLE: "none" });
  folder = mkdtempSync(join(tmpdir(), "mando-versions-"));
});
afterAll(async () => {
  await application.stop();
  endPrograms();
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[], variables: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, ...variables };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [MAIN, "versions", ...args],
      { env, cwd: folder },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));

test("without an address it prints the installation, from any folder and without a server", async () => {
  const { code, stdout, stderr } = await run([]);
  expect([code, stderr]).toEqual([0, ""]);
  const rows = rowsOf(stdout);
  expect(rows[0]).toEqual(["product", "Mando", version, "MIT"]);
  expect(rows).toContainEqual(["runtime", "Node", process.versions.node, "-"]);
  expect(rows).toContainEqual(["model", "linear", "1", "MIT"]);
  expect(rows.some(([kind]) => kind === "database")).toBe(false);
  expect(rows.filter(([kind]) => kind === "package").length).toBeGreaterThan(50);
});

test("each package that the bundle is made of is listed", async () => {
  const { stdout } = await run(["package"]);
  const listed = new Set(rowsOf(stdout).map(([, name]) => name));
  const maps = readdirSync(join(ROOT, "dist")).filter((name) => name.endsWith(".js.map"));
  const sources = maps.flatMap(
    (name) =>
      (JSON.parse(readFileSync(join(ROOT, "dist", name), "utf8")) as { sources: string[] }).sources,
  );
  const names = sources.flatMap((path) => {
    const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    return name ?? [];
  });
  expect(new Set(names).size).toBeGreaterThan(40);
  expect(names.filter((name) => !listed.has(name))).toEqual([]);
});

test("the build has its commit and its instant", async () => {
  const { stdout } = await run(["build"]);
  const [commit, instant] = rowsOf(stdout).map(([, , of]) => of ?? "");
  expect(commit).toMatch(/^([0-9a-f]{40}(-dirty)?|unknown)$/);
  const git = ["git", "-C", ROOT, "cat-file", "-t", (commit ?? "").slice(0, 40)] as const;
  if (commit !== "unknown")
    expect(execFileSync(git[0], git.slice(1), { encoding: "utf8" })).toBe("commit\n");
  const agoMs = Date.now() - Date.parse(instant ?? "");
  expect(agoMs).toBeGreaterThan(0);
});

test("with an address it prints those of that server, by the token", async () => {
  const url = ["--url", application.url];
  const { stdout } = await run(["product", ...url], { MANDO_TOKEN: ADMIN_TOKEN });
  // The version that tests give their server.
  expect(rowsOf(stdout)).toEqual([["product", "Mando", "0.0.0", "MIT"]]);
  const all = await run(url, { MANDO_TOKEN: ADMIN_TOKEN });
  expect(rowsOf(all.stdout).length).toBeGreaterThan(50);
  const unsigned = await run(url);
  expect([unsigned.code, unsigned.stdout]).toEqual([2, ""]);
  expect(unsigned.stderr).toContain(" answers 401: ");
});

test("what it cannot do is one line, with an exit code", async () => {
  const wrong = await run(["engine"]);
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toMatch(/^mando: .*'engine'.* product, build, .*package\..*\n$/);
  const nothing = await run(["--url", "http://127.0.0.1:9"]);
  expect(nothing.code).toBe(1);
  expect(nothing.stderr).toMatch(/^mando: http:\/\/127\.0\.0\.1:9 does not answer .*\n$/);
  expect((await run(["--url", "nowhere"])).code).toBe(2);
});

test("the log begins with what starts", async () => {
  const program = runProgram({ LOG_LEVEL: "info" });
  await program.url;
  const [first = ""] = program.output().split("\n");
  const { msg, ...fields } = JSON.parse(first);
  expect(fields).toMatchObject({ version, node: process.versions.node });
  const { stdout } = await run(["build"]);
  expect(rowsOf(stdout).map(([, , of]) => of)).toEqual([
    fields.commit ?? "unknown",
    fields.builtAt,
  ]);
  expect(msg).toBe(
    `Mando ${version} (commit ${fields.commit ?? "unknown"}, built ${fields.builtAt}), schema ${fields.schema}, Node ${fields.node}`,
  );
});
