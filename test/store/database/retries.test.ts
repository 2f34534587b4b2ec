// A database that becomes unavailable while the store is opened is waited for, and opened again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fault } from "../../../src/domain/base/fault.ts";
import { openWithRetries } from "../../../src/store/database/retries.ts";
import { createStore } from "../../../src/store/store.ts";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { pidOf } from "../../support/embedded-postgres-under-test.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";

let server: OwnServer;
let directory: string;

beforeAll(async () => {
  server = await startEmbedded();
  directory = mkdtempSync(join(tmpdir(), "mando-opening-"));
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true });
});

/** Kills the server once, and waits until its processes have noticed. */
function killOnce(): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    process.kill(pidOf(server.directory) as number, "SIGKILL");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  };
}

test.each(["the database is", "RESET_DB"])(
  "a server that is killed right after the line %s is started and the store opened",
  async (moment) => {
    const lines: string[] = [];
    const kill = killOnce();
    const hear = (_: object, line: string) => {
      lines.push(line);
      if (line.startsWith(moment)) kill();
    };
    const store = createStore(
      { directory, spoolBytes: 2 ** 26, reset: true, mayPrune: false, retention: KEEP_ALL },
      { ...silentLog, info: hear, warn: hear },
    );
    const given = { sites: [], assets: [] };
    const url = await server.createDatabase();
    await store.open(url, { given, origin: "file", dtS: 1, nowMs: Date.now });
    expect(lines.filter((line) => /waiting for|is opened again/.test(line))).not.toEqual([]);
    await store.close();
  },
  30_000,
);

test("a database that becomes unavailable each time ends the start with the failure", async () => {
  const cause = Object.assign(new Error("closed"), { code: "CONNECTION_CLOSED" });
  let attempts = 0;
  const opening = openWithRetries(
    "postgres://localhost/fleet",
    async () => {
      attempts++;
      throw new Fault("STORE_UNAVAILABLE", "unavailable", { retryable: true, cause });
    },
    silentLog,
  );
  await expect(opening).rejects.toThrow(
    "the database fleet at localhost:5432 cannot be used: it closes the connection",
  );
  expect(attempts).toBe(5);
});
