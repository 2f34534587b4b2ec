// A hundred clients of a thousand stop reading: the others do not notice, and the program does not grow.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { bigAssetId, writeBigFleet } from "../support/big-fleet.ts";
import {
  endPrograms,
  type Program,
  readMetric,
  runProgram,
} from "../support/program-under-test.ts";

const TICK_S = 0.5;
const GOOD = 900;
const PAUSED = 100;
const SLOW_S = 12;
const FIELDS = "assetId timestamp socMwhr socPct currentMw setpointMw status limitedBy";
/** The kernel takes some MB for a client that does not read: only large frames ever wait in the program. */
const LARGE = `subscription { telemetry { missedTicks samples { ${FIELDS} energyInMwhr energyOutMwhr } } }`;
const SMALL = `subscription { telemetry(assetIds: ${JSON.stringify(
  Array.from({ length: 20 }, (_, n) => bigAssetId(n)),
)}) { timestamp missedTicks samples { ${FIELDS} } } }`;

let directory: string;
let program: Program;
const sockets: WebSocket[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-paused-"));
  program = runProgram({
    ASSETS_FILE: writeBigFleet(directory, 1_000),
    TICK_SECONDS: String(TICK_S),
    SLOW_CLIENT_S: String(SLOW_S),
  });
}, 60_000);
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
  endPrograms();
  rmSync(directory, { recursive: true });
});

async function subscribe(query: string, onMessage: (text: string) => void): Promise<WebSocket> {
  const url = `${(await program.url).replace("http", "ws")}/graphql`;
  const socket = new WebSocket(url, "graphql-transport-ws", { perMessageDeflate: false });
  sockets.push(socket);
  const sendOn = (message: object) => socket.send(JSON.stringify(message));
  await new Promise((resolve) => socket.once("open", resolve));
  sendOn({ type: "connection_init" });
  await new Promise((resolve) => socket.once("message", resolve));
  socket.on("message", (data) => onMessage(String(data)));
  sendOn({ id: "1", type: "subscribe", payload: { query } });
  return socket;
}

function rssBytes(): number {
  const status = readFileSync(`/proc/${program.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

const p99 = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] as number;

test.skipIf(process.platform !== "linux")(
  "a hundred of a thousand that stop reading cost the others nothing, and are closed with 1013",
  { timeout: 120_000 },
  async () => {
    let latenciesMs: number[] = [];
    let missed = 0;
    const ticks = Array<number>(GOOD).fill(0);
    for (let n = 0; n < GOOD; n++)
      await subscribe(SMALL, (text) => {
        ticks[n] = (ticks[n] ?? 0) + 1;
        if (n % 10 > 0) return;
        const { timestamp, missedTicks } = JSON.parse(text).payload.data.telemetry;
        latenciesMs.push(Date.now() - Date.parse(timestamp));
        missed += missedTicks;
      });
    await sleep(5_000);
    latenciesMs = [];
    await sleep(8_000);
    const before = { p99Ms: p99(latenciesMs), rssBytes: rssBytes() };

    const closed: number[] = [];
    for (let n = 0; n < PAUSED; n++) {
      const socket = await subscribe(LARGE, () => {});
      socket.on("close", (code) => closed.push(code));
      socket.pause();
    }
    latenciesMs = [];
    ticks.fill(0);
    // Until their buffers in the kernel are full, and as long as they may stay behind.
    await sleep((SLOW_S - 2) * 1000);
    const after = { p99Ms: p99(latenciesMs), rssBytes: rssBytes() };
    const grownBytes = after.rssBytes - before.rssBytes;
    process.stderr.write(
      `others' p99 ${before.p99Ms} ms, then ${after.p99Ms} ms; grown by ${Math.round(grownBytes / 2 ** 20)} MB\n`,
    );
    expect(missed).toBe(0);
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual((SLOW_S - 2) / TICK_S - 3);
    expect(grownBytes).toBeLessThan(64 * 2 ** 20);
    expect(after.p99Ms).toBeLessThan(before.p99Ms + 250);

    const url = await program.url;
    await expect
      .poll(() => readMetric(url, "mando_subscriptions_active"), { timeout: 60_000 })
      .toBe(GOOD);
    expect(await readMetric(url, 'mando_subscriptions_ended_total{reason="slow"}')).toBe(PAUSED);
    expect(await readMetric(url, "mando_subscription_frames_missed_total")).toBeGreaterThan(0);
    for (const socket of sockets.slice(GOOD)) socket.resume();
    await expect.poll(() => closed.length, { timeout: 20_000 }).toBe(PAUSED);
    expect(closed.every((code) => code === 1013 || code === 1006)).toBe(true);
  },
);
