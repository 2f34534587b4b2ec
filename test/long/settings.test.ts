// Settings of programs: two on one database that are changed at once, and a kill between a change and its effect.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../../src/domain/audit/record.ts";
import { writeBigFleet } from "../support/big-fleet.ts";
import { SERVERS, type TestServer } from "../support/databases.ts";
import { endPrograms, runProgram } from "../support/program-under-test.ts";
import { queryDatabase } from "../support/stored-rows.ts";
import { startBoth } from "../support/two-programs.ts";

interface Setting {
  readonly value: number;
  readonly version: number;
  readonly is_overridden_by: string | null;
}

const read = async (url: string, id: string) =>
  (await (await fetch(`${url}/settings/${id}`)).json()) as Setting;
const put = (url: string, id: string, value: Json, version: number) =>
  fetch(`${url}/settings/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": `"${version}"` },
    body: JSON.stringify({ value }),
  });

describe.each(SERVERS)("settings of programs on $name", { timeout: 120_000 }, (kind) => {
  let server: TestServer;
  let databaseUrl: string;
  let directory: string;

  beforeAll(async () => {
    server = await kind.start();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    directory = mkdtempSync(join(tmpdir(), "mando-settings-"));
  });
  afterEach(() => {
    endPrograms();
    rmSync(directory, { recursive: true, maxRetries: 10, retryDelay: 100 });
  });

  const variables = () => ({
    ...{ TICK_SECONDS: "0.05", ASSETS_FILE: writeBigFleet(directory, 5) },
    DATABASE_URL: databaseUrl,
  });
  const versions = () =>
    queryDatabase<{ version: number; value: number }>(
      databaseUrl,
      "select version, value from setting_values where id = 'max_list_ids' order by version",
    );

  test("of changes that two servers are sent at once each version is stored once, and is in force after a take-over", async () => {
    const [owner, standby] = await startBoth(directory, variables());
    let known = 0;
    for (let round = 1; round <= 10; round++) {
      const sent = [owner, owner, standby].map(({ url }, n) =>
        put(url, "max_list_ids", round * 10 + n, known),
      );
      const statuses = (await Promise.all(sent)).map(({ status }) => status).sort();
      expect(statuses).toEqual([200, 409, 503]);
      known++;
    }
    const stored = await versions();
    expect(stored.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await owner.program.kill();
    await standby.program.url;
    expect(await read(standby.url, "max_list_ids")).toMatchObject({
      ...{ value: stored.at(-1)?.value, version: 10 },
    });
    expect((await put(standby.url, "max_list_ids", 7, 10)).status).toBe(200);
  });

  test("a program that is killed after a change was answered, or while it is stored, loses none that was answered", async () => {
    let answered = 0;
    for (let round = 0; round < 4; round++) {
      const program = runProgram({ ...variables(), DATA: join(directory, "data") });
      const url = await program.url;
      const { version, value } = await read(url, "max_list_ids");
      expect(version).toBeGreaterThanOrEqual(answered);
      const stored = await versions();
      expect(stored.map((it) => it.version)).toEqual(stored.map((_, n) => n + 1));
      if (version > 0) expect(value).toBe(stored.at(-1)?.value);
      let next = version;
      const sending = (async () => {
        for (;;) {
          const answer = await put(url, "max_list_ids", 100 + next, next);
          if (answer.status !== 200) throw new Error(await answer.text());
          answered = ++next;
        }
      })();
      sending.catch(() => {});
      await sleep(300 + round * 37);
      await program.kill();
      await sending.catch(() => {});
    }
    expect(answered).toBeGreaterThan(4);
  });

  test("a kill between a change of retention and the round that removes by it: the next start removes by it", async () => {
    const first = runProgram({ ...variables(), DATA: join(directory, "data") });
    const url = await first.url;
    await sleep(1_000);
    await queryDatabase(
      databaseUrl,
      `insert into alarms (id, code, severity, message, raised_at, cleared_at, raised_number, cleared_number)
       values (gen_random_uuid(), 'DATA_STALE', 'critical', '', now() - interval '9 days', now() - interval '5 days', 1, 2)`,
    );
    const count = async () =>
      (
        await queryDatabase<{ n: number }>(
          databaseUrl,
          "select count(*)::int as n from alarms where raised_number = 1",
        )
      )[0]?.n;
    expect((await put(url, "alarm_retention_days", 1, 0)).status).toBe(200);
    await first.kill();
    expect(await count()).toBe(1);
    const second = runProgram({ ...variables(), DATA: join(directory, "data") });
    expect(await read(await second.url, "alarm_retention_days")).toMatchObject({ value: 1 });
    await expect.poll(count, { timeout: 20_000 }).toBe(0);
  });
});
