// History after an import is that of the database it comes from, minutes without samples included.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Scope } from "../../../src/domain/telemetry/history.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";
import { migrateDatabase } from "../../../src/store/adoption/migration.ts";
import { createStore, type Store } from "../../../src/store/store.ts";
import { exportTables, importTables } from "../../../src/store/transfer/transfer.ts";
import { startEmbedded, type TestServer } from "../../support/databases.ts";
import { KEEP_ALL } from "../../support/keep-all.ts";
import { silentLog } from "../../support/silent-log.ts";
import { queryDatabase } from "../../support/stored-rows.ts";
import { ASSET, givenOf, SITE, tableOf } from "../../support/tick-tables.ts";

const DT_S = 20;
const DAY_S = 24 * 3600;
const START = Date.UTC(2026, 1, 3) / 1000 / DT_S;
const TABLE = tableOf({}, { id: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02", initialSocPct: 70 });
const SCOPES: readonly Scope[] = [
  { kind: "asset", id: ASSET.id },
  { kind: "site", id: SITE.id },
  { kind: "fleet" },
];

describe("history after an import", { timeout: 60_000 }, () => {
  let server: TestServer;
  let directory: string;
  let folder: string;
  let wanted: string;
  let stores = 0;

  const open = async (url: string, retention = KEEP_ALL): Promise<Store> => {
    const store = createStore(
      {
        directory: join(directory, `store-${++stores}`),
        spoolBytes: 2 ** 26,
        reset: false,
        mayPrune: false,
        retention,
      },
      silentLog,
    );
    await store.open(url, { given: givenOf(TABLE), origin: "file", dtS: DT_S, nowMs: Date.now });
    return store;
  };
  const stepsOf = async (store: Store) => {
    const range = { fromMs: START * DT_S * 1000, untilMs: (START * DT_S + 2.1 * DAY_S) * 1000 };
    const all = SCOPES.flatMap((scope) =>
      [60, 3600].map((stepS) =>
        store.telemetry.steps(scope, {
          ...range,
          stepS,
        }),
      ),
    );
    return JSON.stringify(await Promise.all(all));
  };

  beforeAll(async () => {
    server = await startEmbedded();
    directory = mkdtempSync(join(tmpdir(), "mando-marks-"));
    folder = join(directory, "export");
    const url = await server.createDatabase();
    const store = await open(url, { ...KEEP_ALL, rawDays: 1 });
    const simulator = createSimulator(TABLE, DT_S, START);
    for (const day of [0, 2])
      for (let n = 1; n <= 90; n++) {
        simulator.setSetpoint(n % 2, (n * 7) % 30, 0);
        store.keep(simulator.tick(START + (day * DAY_S) / DT_S + n));
      }
    await store.flush();
    await store.maintenance();
    wanted = await stepsOf(store);
    await store.close();
    const [left] = await queryDatabase<{ samples: number; minutes: number }>(
      url,
      "select (select count(*)::int from telemetry) as samples, (select count(*)::int from telemetry_1m) as minutes",
    );
    expect(left).toEqual({ samples: 180, minutes: 122 });
    await exportTables(url, folder, silentLog);
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  test.each([
    ["an empty database", ""],
    [
      "one that removed samples of a later time",
      "insert into history_marks values (1, '2026-03-01Z', '2026-03-01Z')",
    ],
    ["one whose minutes end earlier", "insert into history_marks values (1, '2026-01-01Z', null)"],
  ])(
    "into %s has the same digits, before and after minutes are summed up",
    async (_, watermark) => {
      const url = await server.createDatabase();
      await migrateDatabase(url, silentLog);
      if (watermark) await queryDatabase(url, watermark);
      await importTables(url, folder, silentLog);
      const store = await open(url);
      expect(await stepsOf(store)).toBe(wanted);
      await store.maintenance();
      expect(await stepsOf(store)).toBe(wanted);
      await store.close();
    },
  );
});
