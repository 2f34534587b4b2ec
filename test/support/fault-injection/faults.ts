// The faults that are injected into the dependencies of the server, each with the health that it must report meanwhile.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HealthCode } from "../../../src/domain/base/codes.ts";
import { killPostgres, postgresPids, signalAll } from "../postgres-processes.ts";
import { queryDatabase } from "../stored-rows.ts";
import type { SmallDisk } from "./small-disk.ts";
import type { Target } from "./target.ts";

export interface FaultSite {
  readonly target: Target;
  /** The data folder of the program. */
  readonly directory: string;
  readonly disk: SmallDisk | undefined;
  /** Address of the embedded database. */
  readonly databaseUrl: () => string;
  /** The asset whose rows the database refuses. */
  readonly refusedAssetId: string;
  readonly random: () => number;
}

export interface Fault {
  readonly name: string;
  /** The reason that health must give while the fault lasts; undefined where it need not be seen. */
  readonly reported: { readonly code: HealthCode; readonly message: RegExp } | undefined;
  inject(site: FaultSite): Promise<void>;
}

const between = (random: () => number, least: number, most: number) =>
  least + random() * (most - least);

export const FAULTS: readonly Fault[] = [
  {
    name: "the database is killed again and again",
    reported: { code: "STORE_DEGRADED", message: /the database cannot be written to/ },
    async inject({ target, directory, random }) {
      const untilMs = Date.now() + between(random, 2_000, 5_000);
      while (Date.now() < untilMs) {
        killUnlessGone(directory, target.program().child.pid);
        await sleep(100);
      }
    },
  },
  {
    name: "the database is killed once",
    reported: undefined,
    inject: async ({ target, directory }) => killUnlessGone(directory, target.program().child.pid),
  },
  {
    name: "the database hangs",
    reported: { code: "STORE_DEGRADED", message: /the database cannot be written to/ },
    async inject({ directory, random }) {
      await whileStopped(postgresPids(directory), between(random, 13_000, 16_000));
    },
  },
  {
    name: "the disk is full",
    reported: {
      code: "STORE_DEGRADED",
      message: /the (spool|database) cannot be written to/,
    },
    async inject({ disk, random }) {
      // On a slow machine this takes a while: the time counts from the full disk on.
      disk?.fill();
      const untilMs = Date.now() + between(random, 3_000, 6_000);
      // What others free meanwhile is taken too.
      for (; Date.now() < untilMs; await sleep(200)) disk?.fill();
      disk?.free();
    },
  },
  {
    name: "the database refuses the rows of one asset",
    reported: { code: "STORE_DEGRADED", message: /the database refused/ },
    async inject({ databaseUrl, refusedAssetId, random }) {
      await queryDatabase(
        databaseUrl(),
        `create or replace function refuse_row() returns trigger language plpgsql as
           $$ begin raise exception 'value out of range: underflow' using errcode = '22003'; end $$;
         create trigger refuse_row before insert on telemetry for each row
           when (new.asset_id = '${refusedAssetId}') execute function refuse_row()`,
      );
      await sleep(between(random, 2_000, 4_000));
      await queryDatabase(databaseUrl(), "drop trigger refuse_row on telemetry");
    },
  },
  {
    name: "bytes of the spool are damaged",
    reported: {
      code: "STORE_DEGRADED",
      message: /the spool was damaged|the end of the spool was cut off|files of the spool were/,
    },
    async inject({ target, directory, random }) {
      const pids = postgresPids(directory);
      signalAll("STOP", pids);
      await sleep(between(random, 2_000, 4_000));
      await target.kill();
      damageSpool(join(directory, "spool"), random);
      signalAll("CONT", pids);
      await target.start();
    },
  },
  {
    name: "the program is killed",
    reported: undefined,
    async inject({ target, random }) {
      await sleep(between(random, 0, 500));
      await target.kill();
      await target.start();
    },
  },
  {
    name: "the program is frozen",
    reported: { code: "TICKS_SKIPPED", message: /ticks were skipped/ },
    async inject({ target, random }) {
      await whileStopped([target.program().child.pid as number], between(random, 5_000, 8_000));
    },
  },
  {
    name: "the clock is set ahead and back at once",
    reported: undefined,
    async inject({ target, random }) {
      target.setClockOffset(3_600_000);
      await sleep(between(random, 200, 1_000));
      target.setClockOffset(0);
    },
  },
  {
    name: "the clock is ahead for a while, and the program starts again once it is right",
    reported: { code: "CLOCK_AHEAD", message: /the fleet waits/ },
    // Far enough that the fleet still waits after a slow start.
    inject: (site) => beAhead(site, 25_000),
  },
  {
    name: "the clock is far ahead for a while, and the program starts again once it is right",
    reported: { code: "CLOCK_AHEAD", message: /set aside in the table telemetry_ahead/ },
    inject: (site) => beAhead(site, 100_000),
  },
];

/** Ticks run ahead of the time for some seconds; the next program finds their samples in the future. */
async function beAhead({ target }: FaultSite, aheadMs: number): Promise<void> {
  target.setClockOffset(aheadMs);
  const isFollowed = () => target.announcedMs() > Date.now() + aheadMs / 2;
  for (let waitedMs = 0; !isFollowed() && waitedMs < 60_000; waitedMs += 100) await sleep(100);
  await sleep(1_000);
  target.setClockOffset(0);
  await target.stop();
  await target.start();
}

/** Kills the database where it runs. */
function killUnlessGone(directory: string, program: number | undefined): void {
  const lock = join(directory, "postgres/postmaster.pid");
  // While the program frees the lock of a server that ended, the lock has the number of the program.
  if (!existsSync(lock) || Number.parseInt(readFileSync(lock, "utf8"), 10) === program) return;
  try {
    killPostgres(directory);
  } catch (error) {
    // It ended meanwhile, or has no children yet: `ps` fails then.
    if (!(error instanceof Error && ("status" in error || "code" in error))) throw error;
  }
}

async function whileStopped(pids: readonly number[], ms: number): Promise<void> {
  signalAll("STOP", pids);
  try {
    await sleep(ms);
  } finally {
    signalAll("CONT", pids);
  }
}

/** What waits lies at the end of a segment. */
const WAITING_BYTES = 20_000;

/** Turns some bytes over at the end of one segment, or cuts the segment in half. */
function damageSpool(directory: string, random: () => number): void {
  const segments = readdirSync(directory)
    .filter((name) => statSync(join(directory, name)).isFile())
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).size > 1_000);
  const path = segments[Math.floor(random() * segments.length)];
  if (path === undefined) return;
  const bytes = readFileSync(path);
  if (random() < 0.5) writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
  else {
    const at = bytes.length - 8 - Math.floor(random() * Math.min(WAITING_BYTES, bytes.length - 8));
    for (let n = 0; n < 8; n++) bytes[at + n] = (bytes[at + n] as number) ^ 0xff;
    writeFileSync(path, bytes);
  }
}
