// The disk of the spool is full: health reports it at once, records that fit are written, and others are counted.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import { type Application, createApplication } from "../../src/compose/application.ts";
import { readSettings } from "../../src/config/settings.ts";
import { DT_MS, START_MS } from "../support/application-under-test.ts";
import { writeBigFleet } from "../support/big-fleet.ts";
import { type OwnServer, startEmbedded } from "../support/databases.ts";
import type { Json } from "../support/json.ts";
import { readMetric } from "../support/program-under-test.ts";
import { silentLog } from "../support/silent-log.ts";
import { readRows } from "../support/stored-rows.ts";

/** On a busy machine. */
const SOON = { timeout: 30_000 };
const DISK_BYTES = 16 * 2 ** 20;

const shell = (command: string) => execFileSync("sh", ["-c", command], { stdio: "ignore" });
function mount(directory: string): boolean {
  try {
    shell(`mount -t tmpfs -o size=${DISK_BYTES} mando ${directory}`);
    return true;
  } catch {
    return false;
  }
}
const trial = mkdtempSync(join(tmpdir(), "mando-mount-"));
const canMount = mount(trial);
if (canMount) shell(`umount -l ${trial}`);
else process.stderr.write("no disk can be mounted: a server on a full disk is not tested\n");

describe.skipIf(!canMount)("a server on a full disk", { timeout: 120_000 }, () => {
  let server: OwnServer;
  let databaseUrl: string;
  let directory: string;
  let clock: ManualClock;
  let application: Application;
  let url: string;

  beforeAll(async () => {
    server = await startEmbedded();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-full-"));
    mkdirSync(join(directory, "spool"));
    mount(join(directory, "spool"));
    clock = createManualClock(START_MS);
  });
  afterEach(async () => {
    await application.stop();
    shell(`umount -l ${join(directory, "spool")}`);
    rmSync(directory, { recursive: true });
  });

  async function start(assets: number): Promise<void> {
    const read = readSettings(
      {},
      {
        ...{ PORT: "0", DATABASE_URL: databaseUrl, DATA: directory },
        ASSETS_FILE: writeBigFleet(directory, assets),
      },
    );
    if ("problems" in read) throw new Error(read.problems.join("; "));
    const { settings } = read;
    application = await createApplication({ settings, log: silentLog, clock, version: "0.0.0" });
    ({ url } = await application.start());
  }
  async function tick(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      clock.advance(DT_MS);
      await sleep(20);
    }
  }
  /** Fills the disk to its last page; what is returned frees it. */
  function fill(): () => void {
    const other = join(directory, "spool", "other");
    writeFileSync(other, "", { flag: "a" });
    for (let space = 1; space > 0; ) {
      const { size } = statSync(other);
      try {
        writeFileSync(other, Buffer.alloc(4096), { flag: "a" });
      } catch {}
      space = statSync(other).size - size;
    }
    return () => rmSync(other);
  }
  async function messages(): Promise<string[]> {
    const { status, reasons }: Json = await (await fetch(`${url}/health/ready`)).json();
    expect(status).toBe(reasons.length > 0 ? "degraded" : "ready");
    return reasons.map(({ message }: Json) => message.split(":")[0]);
  }
  const metric = (name: string) => readMetric(url, `mando_${name}`);
  const SPOOL_FULL = "the spool cannot be written to";
  const NO_DATABASE = "the database cannot be written to";

  test("loses nothing while the database takes what the disk does not, and recovers by itself", async () => {
    await start(1_000);
    await tick(5);
    const free = fill();
    const seen: [readonly string[], number][] = [];
    for (let n = 0; n < 20; n++) {
      // More at once than the space of what was stored: one record after the other would always find that.
      for (let at = 0; at < 3; at++) clock.advance(DT_MS);
      await sleep(20);
      seen.push([await messages(), await metric('health_degraded{code="STORE_DEGRADED"}')]);
      // What the spool frees once its records are stored is taken too.
      fill();
    }
    expect(seen).toContainEqual([[SPOOL_FULL], 1]);
    await expect.poll(() => metric("spool_memory_records"), SOON).toBe(0);
    free();
    await tick(1);
    await expect.poll(messages, SOON).toEqual([]);
    expect(await metric("spool_unspooled_frames_total")).toBe(0);
    await expect.poll(() => metric("spool_records"), SOON).toBe(0);
    expect(await readRows(databaseUrl, DT_MS)).toMatchObject({ rows: 66_000, gaps: 0 });
  });

  test("counts every frame that neither takes, and loses no other", async () => {
    await start(10_000);
    await tick(2);
    await expect.poll(() => metric("spool_records"), SOON).toBe(0);
    await server.halt();
    // Some are written to the disk, and as many as fit into memory.
    await tick(90);
    expect(await messages()).toEqual([
      NO_DATABASE,
      SPOOL_FULL,
      expect.stringMatching(/^\d+ frames could be written neither/),
    ]);
    const lost = await metric("spool_unspooled_frames_total");
    expect(lost).toBeGreaterThan(20);
    await server.restart();
    await expect.poll(() => metric("spool_records"), { timeout: 60_000 }).toBe(0);
    await expect.poll(() => metric("spool_memory_records"), { timeout: 60_000 }).toBe(0);
    await tick(1);
    await expect.poll(messages, SOON).toEqual([expect.stringMatching(`^${lost} frames`)]);
    expect(await metric("spool_unspooled_frames_total")).toBe(lost);
    await expect.poll(() => metric("spool_records"), SOON).toBe(0);
    const { rows } = await readRows(databaseUrl, DT_MS);
    expect(rows).toBe((93 - lost) * 10_000);
  });
});
