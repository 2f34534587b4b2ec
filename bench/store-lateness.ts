// The lateness of ticks while the built program writes a fleet into a database.
import { setTimeout as sleep } from "node:timers/promises";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { openBenchDatabase } from "./database.ts";
import { print, printNames } from "./measure.ts";
import { startServer } from "./server-process.ts";

const PORT = 39_161;
const RUNS = [
  { count: 10_000, tickS: 1 },
  { count: 100_000, tickS: 4 },
] as const;
const WARM_UP_S = 5;
const RUN_S = 32;

/** Ticks by lateness: those that began at most `boundS` late, cumulative. */
type Buckets = readonly { readonly boundS: number; readonly count: number }[];

export async function benchLateness(): Promise<void> {
  printNames("tick lateness, ms at most", "p50", "p99", "ticks", "rows waiting");
  for (const { count, tickS } of RUNS) {
    const database = await openBenchDatabase();
    const args = ["--port", `${PORT}`, "--data", database.directory];
    const application = await startServer(
      "../dist/main.js",
      PORT,
      [...args, "--assets-file", writeAssetsFile(makeAssets(count)), "--tick-seconds", `${tickS}`],
      { DATABASE_URL: database.url },
    );
    await sleep(WARM_UP_S * 1000);
    const before = await scrape(application.url);
    await sleep(RUN_S * 1000);
    const after = await scrape(application.url);
    await application.stop();
    await database.close();
    const passed = bucketsOf(after).map(({ boundS, count: until }, n) => ({
      boundS,
      count: until - (bucketsOf(before)[n]?.count ?? 0),
    }));
    print(
      `${count.toLocaleString("en")} assets every ${tickS} s`,
      atMost(passed, 50) * 1000,
      atMost(passed, 99) * 1000,
      passed.at(-1)?.count ?? 0,
      Number(/^mando_spool_records (\d+)$/m.exec(after)?.[1]) * count,
    );
  }
}

const scrape = async (url: string) => (await fetch(`${url}/metrics`)).text();

function bucketsOf(metrics: string): Buckets {
  const lines = metrics.matchAll(/^mando_tick_lateness_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm);
  return [...lines].map(([, bound, count]) => ({
    boundS: bound === "+Inf" ? Infinity : Number(bound),
    count: Number(count),
  }));
}

/** The bound under which so many per cent of the ticks lie, in s. */
function atMost(buckets: Buckets, percent: number): number {
  const wanted = ((buckets.at(-1)?.count ?? 0) * percent) / 100;
  return buckets.find(({ count }) => count >= wanted)?.boundS ?? Number.NaN;
}
