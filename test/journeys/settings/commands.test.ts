// The commands of settings, through a server that runs.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, makeToken } from "../../support/identities.ts";
import { SITE } from "../../support/rest-under-test.ts";

const MAIN = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
let application: ApplicationUnderTest;

beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN, MAX_SOCKETS: "50" });
});
afterAll(() => application.stop());

function run(args: readonly string[], token = ADMIN_TOKEN) {
  const { port } = new URL(application.url);
  const env = { PATH: process.env.PATH, PORT: port, MANDO_TOKEN: token };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [MAIN, "settings", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test("ls, set, get, history, unset and rollback", { timeout: 60_000 }, async () => {
  const listed = (await run(["ls"])).stdout.split("\n");
  expect(listed).toContain("raw_retention_days  30  days  default");
  expect(listed).toContain("max_sockets  50  -  by MAX_SOCKETS");
  expect(await run(["set", "raw_retention_days", "60", "--reason", "audit"])).toEqual({
    ...{ code: 0, stderr: "" },
    stdout:
      "raw_retention_days is 60, version 1: of platform; at the next round of maintenance, within a minute\n",
  });
  expect((await run(["set", "log_level", "debug"])).stdout).toMatch(/^log_level is "debug"/);
  expect(JSON.parse((await run(["get", "raw_retention_days"])).stdout)).toMatchObject({
    ...{ id: "raw_retention_days", value: 60, version: 1 },
  });
  expect((await run(["unset", "raw_retention_days"])).stdout).toMatch(/is 30, version 2: default/);
  const back = await run(["rollback", "raw_retention_days", "1", "--expect", "2"]);
  expect(back.stdout).toMatch(/is 60, version 3: of platform/);
  const history = (await run(["history", "raw_retention_days"])).stdout.split("\n");
  expect(history.slice(0, 3).map((line) => line.split("  ").slice(0, 2))).toEqual([
    ["3", "60"],
    ["2", "reset, then 30"],
    ["1", "60"],
  ]);
  expect(history[2]).toMatch(/ {2}api-token {2}audit$/);
});

test("a dry run prints what would change, and an override is said", {
  timeout: 60_000,
}, async () => {
  const scoped = ["set", "asset_limited_s", "60", "--scope", `site:${SITE}`];
  const { stdout } = await run([...scoped, "--dry-run"]);
  expect(stdout).toContain(`site:${SITE}  3600 -> 60\n`);
  expect(stdout).toMatch(/\n3 scopes would change, at the next tick.*\n$/);
  expect((await run([...scoped])).stdout).toContain("version 1");
  const overridden = await run(["set", "max_sockets", "7"]);
  expect(overridden.stdout).toMatch(
    /^max_sockets is 50, version 1: by MAX_SOCKETS.*\nMAX_SOCKETS is given/,
  );
});

test("a refusal is one line, and exit code 2", { timeout: 60_000 }, async () => {
  const refused = async (...args: Parameters<typeof run>) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    return stderr;
  };
  expect(await refused(["set", "none", "1"])).toMatch(/answers 404: no setting has the id "none"/);
  expect(await refused(["set", "max_list_ids", "0"])).toMatch(
    /answers 422: max_list_ids must be 1/,
  );
  expect(await refused(["set", "max_list_ids", "5", "--expect", "4"])).toMatch(/answers 409: /);
  expect(await refused(["rollback", "max_list_ids", "one"])).toMatch(/must be a whole number/);
  const viewer = await makeToken(application, "viewer", "viewer");
  expect(await refused(["ls"], viewer)).toMatch(/answers 403: /);
});
