// Dispatches per second with their audit records, while these are chained, beside dispatches without, in turns.
import { setTimeout as sleep } from "node:timers/promises";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { openBenchDatabase } from "./database.ts";
import { loadHttp } from "./http-load.ts";
import { median, print, printNames } from "./measure.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const PORTS = { audited: 29_141, bare: 29_142 };
const CONNECTIONS = [1, 100];
const ROUNDS = 7;
const ROUND_S = 4;
const PAUSE_MS = 1500;
const TARGET_RATIO = 0.8;
const assets = makeAssets(100);

export async function benchAuthDispatches(): Promise<void> {
  const databases = [await openBenchDatabase(), await openBenchDatabase()];
  const file = writeAssetsFile(assets);
  const servers: ServerProcess[] = [];
  try {
    for (const [n, kind] of (["audited", "bare"] as const).entries()) {
      const { url, directory } = databases[n] as (typeof databases)[0];
      const args = [`${PORTS[kind]}`, url, directory, file, kind];
      servers.push(await startServer("./auth-server.ts", PORTS[kind], args));
    }
    const [audited, bare] = servers as [ServerProcess, ServerProcess];
    printNames(`dispatches/s (target ${TARGET_RATIO})`, "with record", "without", "ratio");
    for (const connections of CONNECTIONS) {
      const rates = { audited: [] as number[], bare: [] as number[] };
      // The first round warms up.
      for (let round = 0; round <= ROUNDS; round++) {
        rates.bare.push(await dispatchesPerSecond(bare.url, connections));
        await sleep(PAUSE_MS);
        rates.audited.push(await dispatchesPerSecond(audited.url, connections));
        await sleep(PAUSE_MS);
      }
      const [rate, plain] = [median(rates.audited.slice(1)), median(rates.bare.slice(1))];
      print(`${connections} at once`, rate, plain, rate / plain);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all(databases.map((database) => database.close()));
  }
}

async function dispatchesPerSecond(url: string, connections: number): Promise<number> {
  const requests = assets.map(({ id }, n) => ({
    method: "POST" as const,
    body: JSON.stringify({ asset_id: id, mw: (n % 11) - 5 }),
  }));
  const result = await loadHttp({
    url: `${url}/dispatch`,
    headers: { "content-type": "application/json" },
    ...{ requests, connections, duration: ROUND_S },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error("a dispatch was not accepted");
  return result.requests.average;
}
