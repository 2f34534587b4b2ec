// Dispatches per second with their audit records, signed or not, while these are chained, beside dispatches without, in turns.
import { setTimeout as sleep } from "node:timers/promises";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { openBenchDatabase } from "./database.ts";
import { loadHttp } from "./http-load.ts";
import { median, print, printNames } from "./measure.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const PORTS = { bare: 29_142, audited: 29_141, signed: 29_143 };
const KINDS = ["bare", "audited", "signed"] as const;
const CONNECTIONS = [1, 100];
const ROUNDS = 7;
const ROUND_S = 4;
const PAUSE_MS = 1500;
const TARGET_RATIO = 0.8;
const assets = makeAssets(100);

export async function benchAuthDispatches(): Promise<void> {
  const databases = [];
  for (const _ of KINDS) databases.push(await openBenchDatabase());
  const file = writeAssetsFile(assets);
  const servers: ServerProcess[] = [];
  try {
    for (const [n, kind] of KINDS.entries()) {
      const { url, directory } = databases[n] as (typeof databases)[0];
      const args = [`${PORTS[kind]}`, url, directory, file, kind];
      servers.push(await startServer("./auth-server.ts", PORTS[kind], args));
    }
    printNames(`dispatches/s (target ${TARGET_RATIO})`, "with record", "without", "ratio");
    for (const connections of CONNECTIONS) {
      const rates: number[][] = KINDS.map(() => []);
      // The first round warms up.
      for (let round = 0; round <= ROUNDS; round++)
        for (const [n, { url }] of servers.entries()) {
          rates[n]?.push(await dispatchesPerSecond(url, connections));
          await sleep(PAUSE_MS);
        }
      const [bare = 0, audited = 0, signed = 0] = rates.map((it) => median(it.slice(1)));
      print(`${connections} at once`, audited, bare, audited / bare);
      print(`${connections} at once, signed`, signed, bare, signed / bare);
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
