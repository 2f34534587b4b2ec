// The image and the service: what the Dockerfile lays out runs as it stands, by a user who may write nothing of it.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PLATFORM_PACKAGE } from "../../../src/adapters/embedded-postgres/binaries.ts";
import { type Image, layOutImage } from "../../support/container.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { freePort } from "../../support/two-programs.ts";

const UNPRIVILEGED = 65534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let image: Image;
let port: number;
let server: OwnServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mando-image-"));
  image = layOutImage(folder);
  for (const path of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
    chmodSync(join(folder, path), 0o555);
  port = await freePort();
  server = await startEmbedded();
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** A folder that its user may write to, as the volume is. */
function makeVolume(): string {
  const path = join(folder, "data");
  chmodSync(folder, 0o755);
  mkdirSync(path);
  if (isRoot) chownSync(path, UNPRIVILEGED, UNPRIVILEGED);
  return path;
}

/** Runs the command of the image as it runs there: its variables alone, and no right to write. */
function run(environment: Record<string, string>): ChildProcess {
  const [program, ...flags] = image.command;
  expect(program).toBe("node");
  return spawn(process.execPath, flags, {
    cwd: folder,
    env: { ...image.environment, PORT: String(port), ...environment },
    ...(isRoot && { uid: UNPRIVILEGED, gid: UNPRIVILEGED }),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

describe("the image", () => {
  test("runs as another user than root", () => {
    expect(image.user).toBe("node");
  });

  test("refuses to be open to others without a token, and says what to set", async () => {
    const program = run({});
    let said = "";
    program.stderr?.on("data", (chunk) => (said += chunk));
    const [code] = await once(program, "exit");
    expect(code).toBe(2);
    expect(said).toContain("API_TOKEN");
  });

  test("becomes healthy with a database, serves its pages and the fleet, and ends on SIGTERM", async () => {
    const program = run({
      API_TOKEN: "a token of twenty",
      DATABASE_URL: await server.createDatabase(),
      DATA: makeVolume(),
    });
    const url = image.healthcheck.at(-1)?.replace("3001", String(port)) as string;
    const status = (path: string) => fetch(new URL(path, url)).then((it) => it.status);
    await expect
      .poll(() => status(url).catch(() => 0), { timeout: 20_000, interval: 100 })
      .toBe(200);
    expect(await status("/")).toBe(200);
    const assets = (await (await fetch(new URL("/assets", url))).json()) as unknown[];
    expect(assets.length).toBeGreaterThan(0);
    const headers = { authorization: "Bearer a token of twenty" };
    const listed = await fetch(new URL("/versions?kind=package", url), { headers });
    const packages = (await listed.json()) as { name: string; is_current: boolean }[];
    const absent = packages.filter((it) => !it.is_current).map(({ name }) => name);
    // The image is for a database elsewhere.
    expect(absent).toEqual(PLATFORM_PACKAGE === undefined ? [] : [PLATFORM_PACKAGE]);
    expect(packages.find(({ name }) => name === "postgres")?.is_current).toBe(true);
    program.kill("SIGTERM");
    expect(await once(program, "exit")).toEqual([0, null]);
  });
});

const UNIT = new URL("../../../examples/mando.service", import.meta.url);

describe("the service of systemd", () => {
  test("runs what the image runs", () => {
    const unit = readFileSync(UNIT, "utf8");
    expect(unit).toContain(`ExecStart=/usr/bin/env ${image.command.join(" ")}\n`);
  });

  test("has only settings that systemd knows", ({ skip }) => {
    const { error, stderr } = spawnSync("systemd-analyze", ["verify", UNIT.pathname], {
      encoding: "utf8",
    });
    if (error) skip("no systemd-analyze");
    const found = stderr.split("\n").filter((line) => line.includes("mando.service"));
    expect(found).toEqual([]);
  });
});
