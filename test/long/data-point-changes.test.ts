// A server on its own database is killed while data points are written: each change reaches each follower once.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { endPrograms, runProgram } from "../support/program-under-test.ts";

const KILLS = Number(process.env.KILLS ?? 5);
const WRITERS = 3;
const FOLLOW =
  "subscription ($after: String) { dataPointChanges(after: $after) { cursor missed changes { id from } } }";

interface Event {
  readonly cursor: string;
  readonly missed: boolean;
  readonly changes: readonly { readonly id: string; readonly from: string }[];
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-changes-"));
  // Root has another user run PostgreSQL.
  chmodSync(directory, 0o755);
});
afterEach(() => {
  endPrograms();
  rmSync(directory, { recursive: true, maxRetries: 20, retryDelay: 200 });
});

async function send(url: string, path: string, body: unknown): Promise<boolean> {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  // Read to its end: the answer may be cut as well.
  return (await answer?.text().catch(() => undefined)) !== undefined && answer?.ok === true;
}

/** Follows until it is ended, or the server is: what came is added to a list. */
function follow(url: string, got: Event[]): () => Promise<void> {
  const client = createClient({
    ...{ url: `${url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 },
  });
  const variables = { after: got.at(-1)?.cursor ?? null };
  const events = client.iterate<{ dataPointChanges: Event }>({ query: FOLLOW, variables });
  const ended = (async () => {
    for await (const { data } of events) if (data) got.push(data.dataPointChanges);
  })().catch(() => {});
  return async () => {
    await client.dispose();
    await ended;
  };
}

test(`after ${KILLS} kills at random each change was sent once, in order`, {
  timeout: 400_000,
}, async () => {
  let url: string | undefined;
  let isOver = false;
  const written: string[] = [];

  /** Writes instant after instant, each until it is acknowledged. */
  async function write(n: number): Promise<void> {
    for (let place = 0; !isOver; place++) {
      const timestamp = new Date(Date.UTC(2026, 0, 1 + n, 0, 0, place)).toISOString();
      const row = { id: `Market/${n}`, timestamp, value: place };
      while (url === undefined || !(await send(url, `/save_data?request_id=${n}-${place}`, [row])))
        await sleep(50);
      written.push(timestamp);
    }
  }

  const variables = { DATA: join(directory, "data"), TICK_SECONDS: "1" };
  const got: Event[][] = [[], []];
  let program = runProgram(variables);
  let at = await program.url;
  const points = Array.from({ length: WRITERS }, (_, n) => ({
    ...{ id: `Market/${n}`, type: "time_series_double" },
  }));
  expect(await send(at, "/describe_data", points)).toBe(true);
  // Both have a cursor before the first kill.
  let leave = got.map((list) => follow(at, list));
  await sleep(500);
  url = at;
  const writers = Array.from({ length: WRITERS }, (_, n) => write(n));
  await expect.poll(() => Math.min(...got.map(({ length }) => length))).toBeGreaterThan(0);
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(200 + Math.random() * 1000);
    url = undefined;
    await program.kill();
    for (const end of leave) await end();
    program = runProgram(variables);
    at = await program.url;
    url = at;
    leave = got.map((list) => follow(at, list));
  }
  await sleep(500);
  isOver = true;
  await Promise.all(writers);
  for (const list of got)
    await expect.poll(() => list.length, { timeout: 20_000 }).toBe(written.length);
  for (const end of leave) await end();
  for (const list of got) {
    expect(list.filter(({ missed }) => missed)).toEqual([]);
    const instants = list.flatMap(({ changes }) => changes.map(({ from }) => from));
    expect(instants.toSorted()).toEqual(written.toSorted());
  }
  expect(got[0]).toEqual(got[1]);
  await program.kill();
});
