// The commands of named tokens and role rules, beside a server that runs and without one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endPrograms, type Program, runProgram } from "../support/program-under-test.ts";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";

/** Runs a command to its end. */
async function run(args: readonly string[], variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, ...variables },
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk) => {
      output[name] += chunk;
    });
  const [code] = await once(child, "close");
  return { code, stdout: output.stdout.trim(), stderr: output.stderr.trim() };
}

describe("tokens and role rules by command", { timeout: 60_000 }, () => {
  let directory: string;
  let data: string;
  let program: Program;
  let url: string;

  const viewer = async (token: string) => {
    const answer = await fetch(`${url}/viewer`, { headers: { authorization: `Bearer ${token}` } });
    return answer.ok ? ((await answer.json()) as { id: string }).id : answer.status;
  };
  const command = (...args: string[]) => run([...args, "--data", data]);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "mando-commands-"));
    // As root, another user runs PostgreSQL, and must be able to get there.
    chmodSync(directory, 0o755);
    data = join(directory, "data");
    program = runProgram({ DATA: data, LOG_LEVEL: "info" });
    url = await program.url;
  }, 60_000);
  afterAll(() => {
    endPrograms();
    rmSync(directory, { recursive: true, force: true });
  });

  test("a token that is made is accepted by the running server 2 s later, and one that is withdrawn is not", async () => {
    expect(program.output()).toContain("sign-in: open");
    const made = await command("token", "make", "admin", "--role", "admin");
    expect(made).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^mando_[\w-]{43}$/),
      stderr: "the token admin, which is shown this once:",
    });
    await expect.poll(() => viewer(made.stdout), { timeout: 2_000 }).toBe("token:admin");
    await expect.poll(program.output).toContain("sign-in: by tokens; without one, nothing");
    const ci = await command("token", "make", "ci", "--role", "operator", "--site", SITE);
    await expect.poll(() => viewer(ci.stdout), { timeout: 2_000 }).toBe("token:ci");
    const listed = await command("token", "list");
    expect(listed.stdout.split("\n")).toEqual([
      expect.stringMatching(/^admin {2}admin {2}everywhere {2}20\S+Z {2}local$/),
      expect.stringMatching(`^ci  operator  site ${SITE}  20`),
    ]);
    expect(listed.stdout).not.toContain("mando_");
    expect(await command("token", "withdraw", "ci")).toMatchObject({ code: 0 });
    await expect.poll(() => viewer(ci.stdout), { timeout: 2_000 }).toBe(401);
  });

  test("role rules are added, listed and removed", async () => {
    const added = await command("role", "add", "roles", "traders", "--role", "trader");
    expect(added.stdout).toMatch(/^[0-9a-f-]{36}$/);
    const listed = await command("role", "list");
    expect(listed.stdout).toBe(`${added.stdout}  roles:traders  trader  everywhere`);
    expect(await command("role", "remove", added.stdout)).toMatchObject({ code: 0 });
    expect(await command("role", "list")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each([
    [["token", "withdraw", "admin"], /no admin of everything would be left/],
    [["token", "withdraw", "none"], /no token has the name "none"/],
    [["token", "make", "a b", "--role", "viewer"], /name must have 1 to 64/],
    [["token", "make", "x", "--role", "root"], /role must be one of viewer/],
    [["token", "make", "x", "--role", "viewer", "--site", "y"], /site_ids must be a list of UUIDs/],
    [["token", "make", "x"], /required option '--role <role>'/],
    [["role", "remove", "x"], /no role rule has the id "x"/],
    [["role", "add", "", "x", "--role", "viewer"], /claim must be one line/],
  ])("%j is refused in one line", async (args, reason) => {
    const { code, stdout, stderr } = await command(...args);
    expect(stderr).toMatch(reason);
    expect(stderr.split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("they are in the audit log, those that were refused too", async () => {
    const made = await command("token", "make", "auditor", "--role", "admin");
    expect(await command("token", "withdraw", "none")).toMatchObject({ code: 2 });
    await expect.poll(() => viewer(made.stdout), { timeout: 2_000 }).toBe("token:auditor");
    const headers = { authorization: `Bearer ${made.stdout}` };
    const answer = await fetch(`${url}/audit_logs?channel=cli&limit=2`, { headers });
    const text = await answer.text();
    const common = { actor: "local", channel: "cli", address: null };
    expect(JSON.parse(text)).toMatchObject({
      records: [
        { ...common, action: "token.withdraw", target: "token:none", code: "TOKEN_UNKNOWN" },
        {
          ...{ ...common, action: "token.make", target: "token:auditor", outcome: "done" },
          after: {
            name: "auditor",
            role: "admin",
            site_ids: null,
            asset_ids: null,
            path_prefixes: null,
          },
        },
      ],
    });
    expect(text).not.toContain(made.stdout);
    expect(await command("token", "withdraw", "auditor")).toMatchObject({ code: 0 });
  });

  test("without data, and without a database in the folder, there is nothing to do", async () => {
    expect(await run(["token", "list"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("name its folder with --data"),
    });
    expect(await run(["token", "list", "--data", join(directory, "none")])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("holds no database"),
    });
  });

  test("they are there while no server runs, and after its next start", async () => {
    program.child.kill("SIGTERM");
    await once(program.child, "close");
    expect((await command("token", "list")).stdout).toMatch(/^admin {2}/);
    const made = await command("token", "make", "later", "--role", "viewer");
    program = runProgram({ DATA: data });
    url = await program.url;
    expect(await viewer(made.stdout)).toBe("token:later");
  });
});
