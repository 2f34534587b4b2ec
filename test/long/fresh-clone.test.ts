// A first use: clone, install, start, query. Nothing of this checkout's own installation is used.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The most that an installation may take, on Linux. */
const INSTALLED_MB = 380;

test.skipIf(!existsSync(join(ROOT, ".git")))(
  "a fresh clone installs without a warning of ours, starts with its demo, and moves a battery",
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "mando-clone-"));
    // As root, another user runs PostgreSQL, and must be able to get there.
    chmodSync(folder, 0o755);
    const clone = join(folder, "mando");
    execFileSync("git", ["clone", "-q", ROOT, clone]);
    const installed = npm(clone, ["ci", "--engine-strict"]);
    expect(installed).not.toMatch(/EBADENGINE|deprecated|install-scripts/);
    expect(sizeMb(join(clone, "node_modules"))).toBeLessThan(INSTALLED_MB);

    const child = spawn(
      process.execPath,
      ["dist/main.js", "--data", ".data", "--port", "0", "--tick-seconds", "0.1"],
      {
        cwd: clone,
      },
    );
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const url = await new Promise<string>((resolve) => {
      let text = "";
      child.stderr.on("data", (chunk) => {
        text += chunk;
        const [, found] = /Mando runs at (\S+)/.exec(text) ?? [];
        if (found) resolve(found);
      });
    });
    const [{ id }] = (await (await fetch(`${url}/assets`)).json()) as [{ id: string }];
    const socMwhr = async () => {
      const answer = await fetch(`${url}/telemetry/${id}`);
      return ((await answer.json()) as { soc_mwhr: number }).soc_mwhr;
    };
    const isDemo = async () =>
      ((await (await fetch(`${url}/demo`)).json()) as { demo: boolean }).demo;
    expect(await isDemo()).toBe(true);
    const firstMwhr = await socMwhr();
    await expect.poll(socMwhr, { timeout: 10_000 }).not.toBe(firstMwhr);
    await fetch(`${url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: id, mw: -5 }),
    });
    expect(await isDemo()).toBe(false);
    const beforeMwhr = await socMwhr();
    await expect.poll(socMwhr, { timeout: 10_000 }).toBeGreaterThan(beforeMwhr);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    rmSync(folder, { recursive: true });
  },
);

function npm(cwd: string, args: string[]): string {
  return execFileSync("sh", ["-c", `npm ${args.join(" ")} 2>&1`], { cwd, encoding: "utf8" });
}

function sizeMb(folder: string): number {
  return Number.parseInt(execFileSync("du", ["-sm", folder], { encoding: "utf8" }), 10);
}
