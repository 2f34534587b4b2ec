// The load of bench/lateness, in a separate process: clients that watch, and four connections that send one request
// after the other.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ATTACKS, type Attack, assetId } from "./lateness-attacks.ts";

const WATCHERS = 100;
/** Assets that each of them watches. */
const WATCHED = 50;
const CONNECTIONS = 4;

const [url = "", name = ""] = process.argv.slice(2);
const attack: Attack | undefined = ATTACKS[name];
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let answers = 0;

/** Sends a request, and resolves with its status once the whole answer has arrived. */
function send(method: string, path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const sent = request(url + path, { method, agent, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** A client that watches some assets. */
function watch(client: number): void {
  const ids = Array.from({ length: WATCHED }, (_, n) => assetId(client * WATCHED + n));
  request(`${url}/telemetry/stream?asset_id=${ids.join(",")}`, (response) => response.resume())
    .once("error", () => {})
    .end();
}

async function repeat(it: Attack, connection: number): Promise<void> {
  for (let round = 0; ; round++) {
    const { method, path, body } = it.requestOf(connection, round);
    await send(method, path, body && JSON.stringify(body));
    answers++;
  }
}

for (let n = 0; n < WATCHERS; n++) watch(n);
await sleep(2000);
for (const { method, path, body } of attack?.prepare() ?? [])
  await send(method, path, JSON.stringify(body));
process.on("message", () => process.send?.({ answers }));
if (attack !== undefined)
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => repeat(attack, n)));
