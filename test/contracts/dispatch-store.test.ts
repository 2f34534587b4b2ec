import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import type { Dispatch } from "../../src/domain/dispatch.ts";
import type { DispatchStore } from "../../src/domain/ports/dispatch-store.ts";
import { createClient } from "../../src/store/client.ts";
import { createDispatchStore } from "../../src/store/dispatch-store.ts";
import { migrateDatabase } from "../../src/store/migration.ts";
import { SERVERS, type TestServerKind } from "../databases.ts";
import { silentLog } from "../silent-log.ts";

interface Opened {
  readonly store: DispatchStore;
  close(): Promise<void>;
}

const memory = async (): Promise<Opened> => ({
  store: createMemoryDispatchStore(100),
  close: async () => {},
});

const stored = (start: TestServerKind["start"]) => async (): Promise<Opened> => {
  const server = await start();
  const url = await server.createDatabase();
  await migrateDatabase(url, silentLog);
  const client = createClient(2);
  client.connect(url);
  return {
    store: createDispatchStore(client),
    async close() {
      await client.close();
      await server.stop();
    },
  };
};

const ASSETS = [randomUUID(), randomUUID()] as const;
const dispatch = (difference: Partial<Dispatch> = {}): Dispatch => ({
  id: randomUUID(),
  assetId: ASSETS[0],
  mw: -0.1 + 0.3,
  durationS: null,
  status: "accepted",
  reason: null,
  submittedAtMs: 1_795_219_437_805,
  ...difference,
});

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];

describe.each(STORES)("a dispatch store in %s", { timeout: 60_000 }, (_, open) => {
  let opened: Opened;
  const first = dispatch({ durationS: 3600, reason: "because" });
  const second = dispatch({ assetId: ASSETS[1] });
  const third = dispatch();
  const positions: number[] = [];
  beforeAll(async () => {
    opened = await open();
    for (const item of [first, second, third]) positions.push(await opened.store.add(item));
  }, 60_000);
  afterAll(() => opened?.close());

  test("finds what it keeps, exactly, whatever the case of the id", async () => {
    expect(await opened.store.find(first.id.toUpperCase())).toEqual(first);
    expect(await opened.store.find(third.id)).toEqual(third);
  });

  test("tells the position that it lists", async () => {
    const [last, ...others] = await opened.store.list({ limit: 10 });
    expect(last?.dispatch).toEqual(third);
    expect(last?.position).toBe(positions.at(-1));
    expect(others.map(({ position }) => position)).toEqual([positions[1], positions[0]]);
  });

  test("has nothing for an unknown id", async () => {
    expect(await opened.store.find(randomUUID())).toBeUndefined();
  });

  test("lists newest first, by asset, by status, page by page", async () => {
    const list = async (filter: object) =>
      (await opened.store.list({ limit: 10, ...filter })).map((item) => item.dispatch);
    expect(await list({})).toEqual([third, second, first]);
    expect(await list({ assetIds: [ASSETS[0]] })).toEqual([third, first]);
    expect(await list({ assetIds: [] })).toEqual([]);
    expect(await list({ statuses: ["accepted"], limit: 1 })).toEqual([third]);
    const [newest] = await opened.store.list({ limit: 1 });
    expect(await list({ before: newest?.position })).toEqual([second, first]);
  });
});

test("the memory store forgets the oldest beyond its capacity", async () => {
  const store = createMemoryDispatchStore(2);
  const all = [dispatch(), dispatch(), dispatch()] as const;
  for (const item of all) await store.add(item);
  expect(await store.find(all[0].id)).toBeUndefined();
  expect(await store.find(all[2].id)).toBeDefined();
});
