// A schedule, a controller that dies, a lease that is lost, a server that dies, and the rest of the schedule.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bigAssetId, writeBigFleet } from "../../support/big-fleet.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { endPrograms, runProgram } from "../../support/program-under-test.ts";
import { queryDatabase } from "../../support/stored-rows.ts";

const TICK_MS = 200;
const ASSET_ID = bigAssetId(0);
const LEASE_S = 1;
const CONTROLLER = fileURLToPath(new URL("../../support/controller.ts", import.meta.url));

interface AnnouncedEvent {
  readonly number: string;
  readonly to: string;
  readonly reason: string | null;
  readonly timestamp: string;
  readonly dispatch: { readonly id: string; readonly mw: number };
}

let directory: string;
let server: OwnServer;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "mando-status-"));
  server = await startEmbedded();
}, 60_000);
afterAll(async () => {
  endPrograms();
  await server?.stop();
  rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
});

/** Hears what happens from the last event on that was heard before. */
function follow(url: string, heard: AnnouncedEvent[]) {
  const last = heard.at(-1)?.number;
  const headers = last === undefined ? {} : { "last-event-id": last };
  const request = get(`${url}/dispatches/stream?asset_id=${ASSET_ID}`, { headers }, (answer) => {
    expect(answer.statusCode).toBe(200);
    let number = "";
    const lines = createInterface({ input: answer });
    lines.on("line", (line) => {
      if (line.startsWith("id:")) number = line.slice(3).trim();
      if (line.startsWith("data:")) heard.push({ ...JSON.parse(line.slice(5)), number });
    });
    // The stream ends as its server does.
    for (const end of [answer, lines]) end.on("error", () => {});
  });
  request.on("error", () => {});
}

async function until(holds: () => boolean, untilMs: number): Promise<void> {
  while (!holds() && Date.now() < untilMs) await sleep(20);
  expect(holds()).toBe(true);
}

test("a schedule outlives a controller and a server", { timeout: 90_000 }, async () => {
  const start = (databaseUrl: string) =>
    runProgram({
      TICK_SECONDS: String(TICK_MS / 1000),
      ASSETS_FILE: writeBigFleet(directory, 2),
      DATA: directory,
      DATABASE_URL: databaseUrl,
    });
  const databaseUrl = await server.createDatabase();
  const first = start(databaseUrl);
  const url = await first.url;
  const heard: AnnouncedEvent[] = [];
  follow(url, heard);

  const beginMs = Math.ceil(Date.now() / 1000) * 1000;
  const interval = (fromS: number, untilS: number, mw: number) => ({
    from: new Date(beginMs + fromS * 1000).toISOString(),
    until: new Date(beginMs + untilS * 1000).toISOString(),
    mw,
  });
  const intervals = [interval(1, 2, 2), interval(2, 8, -2), interval(15, 17, 3)];
  const set = await fetch(`${url}/assets/${ASSET_ID}/schedule`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ intervals }),
  });
  expect(set.status).toBe(200);

  // The controller holds 1 MW in the second interval, until it is killed.
  await sleep(beginMs + 3000 - Date.now());
  const args = [url, ASSET_ID, "1", String(LEASE_S), "200"];
  const controller = spawn(process.execPath, ["--import", "tsx", CONTROLLER, ...args]);
  const [output] = await once(controller.stdout, "data");
  const [status, leasedId] = String(output).trim().split(" ");
  expect(status).toBe("202");
  await sleep(2 * LEASE_S * 1000);
  expect(heard.at(-1)).toMatchObject({ to: "active", dispatch: { id: leasedId } });
  const killedMs = Date.now();
  controller.kill("SIGKILL");
  await until(() => heard.at(-1)?.to === "expired", killedMs + 3000);
  await sleep(1000);

  await first.kill();
  const second = start(databaseUrl);
  follow(await second.url, heard);
  await until(() => heard.filter(({ to }) => to === "completed").length === 2, beginMs + 25_000);

  const announced = heard.map(({ dispatch, to, reason }) =>
    [dispatch.mw, to, reason].join(" ").trim(),
  );
  expect(announced).toEqual([
    "2 accepted",
    "-2 accepted",
    "3 accepted",
    "2 active started",
    "2 completed ended",
    "-2 active started",
    "1 accepted",
    // Without an end of its own, it takes the whole rest of the interval.
    "-2 superseded newer_dispatch",
    "1 active started",
    "1 expired lease_lost",
    "3 active started",
    "3 completed ended",
  ]);
  expect(new Set(heard.map(({ number }) => number)).size).toBe(heard.length);

  // Every tick held what the history has.
  const instantOf = (text: string) => Date.parse(heard[announced.indexOf(text)]?.timestamp ?? "");
  const leased = [instantOf("1 active started"), instantOf("1 expired lease_lost")] as const;
  expect(leased[1] - killedMs).toBeLessThanOrEqual(LEASE_S * 1000 + TICK_MS);
  const expectedMw = (startMs: number) => {
    if (startMs >= leased[0] && startMs < leased[1]) return 1;
    const at = (startMs - beginMs) / 1000;
    if (at >= 1 && at < 2) return 2;
    if (at >= 2 && startMs < leased[0]) return -2;
    return at >= 15 && at < 17 ? 3 : 0;
  };
  // The frame before that event is on its way to the disk.
  await sleep(5 * TICK_MS);
  await second.kill();
  await start(databaseUrl).url;
  const rows = await queryDatabase<{ startMs: number; mw: number }>(
    databaseUrl,
    `select (extract(epoch from ts) * 1000)::float8 - ${TICK_MS} as "startMs", setpoint_mw as mw
     from telemetry where asset_id = '${ASSET_ID}' order by ts`,
  );
  expect(rows.filter(({ startMs, mw }) => mw !== expectedMw(startMs))).toEqual([]);
  const held = (mw: number) => rows.filter((row) => row.mw === mw).length;
  expect([held(2), held(3)]).toEqual([1000 / TICK_MS, 2000 / TICK_MS]);
  expect(held(1)).toBe((leased[1] - leased[0]) / TICK_MS);
});
