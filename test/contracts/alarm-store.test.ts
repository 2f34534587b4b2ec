// What every store of alarms promises: in memory, and in each database.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemoryAlarmStore } from "../../src/adapters/memory/alarm-store.ts";
import { type Alarm, eventsOf } from "../../src/domain/alarm/alarm.ts";
import type { AlarmStore } from "../../src/domain/ports/alarm-store.ts";
import { createStore } from "../../src/store/store.ts";
import { alarmOf, RAISED_MS } from "../support/alarms.ts";
import { SERVERS, type TestServerKind } from "../support/databases.ts";
import { KEEP_ALL } from "../support/keep-all.ts";
import { silentLog } from "../support/silent-log.ts";
import { DT_S, givenOf, tableOf } from "../support/tick-tables.ts";

/** Makes stores, each of them empty. */
interface Maker {
  make(): Promise<AlarmStore>;
  close(): Promise<void>;
}

const memory = async (): Promise<Maker> => ({
  make: async () => createMemoryAlarmStore(1_000),
  close: async () => {},
});

const stored = (start: TestServerKind["start"]) => async (): Promise<Maker> => {
  const server = await start();
  const url = await server.createDatabase();
  const directory = mkdtempSync(join(tmpdir(), "mando-alarms-"));
  const settings = { directory, spoolBytes: 2 ** 26, mayPrune: false, retention: KEEP_ALL };
  let close = async () => {};
  return {
    async make() {
      await close();
      const store = createStore({ ...settings, reset: true }, silentLog);
      close = store.close;
      const given = givenOf(tableOf({}));
      await store.open(url, { given, origin: "file", dtS: DT_S, nowMs: Date.now });
      return store.alarms;
    },
    async close() {
      await close();
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
};

const STORES = [
  ["memory", memory] as const,
  ...SERVERS.map(({ name, start }) => [name, stored(start)] as const),
];

const raised = (raisedNumber: number, difference: Partial<Alarm> = {}) =>
  alarmOf({ raisedNumber, raisedAtMs: RAISED_MS + raisedNumber, ...difference });
const cleared = (alarm: Alarm, clearedNumber: number): Alarm => ({
  ...alarm,
  ...{ clearedNumber, clearedAtMs: RAISED_MS + clearedNumber },
});
const acknowledged = (alarm: Alarm, acknowledgedNumber: number): Alarm => ({
  ...alarm,
  ...{ acknowledgedNumber, acknowledgedAtMs: RAISED_MS + acknowledgedNumber },
  acknowledgedBy: "Änne",
});

describe.each(STORES)("an alarm store in %s", { timeout: 60_000 }, (_, start) => {
  let maker: Maker;
  let store: AlarmStore;
  const listed = (filter: object = {}) => store.list({ limit: 1_000, ...filter });

  async function record(...alarms: Alarm[]): Promise<void> {
    const { kept, stored: committed } = store.record(alarms);
    await Promise.all([kept, committed]);
  }

  beforeAll(async () => {
    maker = await start();
  }, 60_000);
  afterAll(() => maker?.close());
  beforeEach(async () => {
    store = await maker.make();
  });

  test("finds an alarm, exactly, whatever the case of the id", async () => {
    const about = { assetId: randomUUID(), siteId: randomUUID() };
    const full = acknowledged(cleared(raised(1, about), 2), 3);
    const others = raised(4, { dispatchId: randomUUID(), executionId: randomUUID() });
    const text = { message: 'quote ", line\nbreak, ä', code: "PROMISE_AT_RISK" } as const;
    for (const alarm of [full, others, raised(5, { ...text, severity: "warning" })]) {
      await record(alarm);
      expect(await store.find(alarm.id)).toEqual(alarm);
      expect(await store.find(alarm.id.toUpperCase())).toEqual(alarm);
    }
    expect(await store.find(randomUUID())).toBeUndefined();
  });

  test("has each alarm as it was recorded last, in one call and over calls", async () => {
    const [one, two] = [raised(1), raised(2)];
    await record(one, two, cleared(one, 3));
    expect(await listed()).toEqual([two, cleared(one, 3)]);
    await record(acknowledged(cleared(one, 3), 4));
    await Promise.all([record(cleared(two, 5)), record(acknowledged(cleared(two, 5), 6))]);
    expect(await listed()).toEqual([
      acknowledged(cleared(two, 5), 6),
      acknowledged(cleared(one, 3), 4),
    ]);
  });

  test("lists those that were raised last first, by severity, open and cleared, page by page", async () => {
    const [one, two] = [cleared(raised(1), 5), raised(2, { severity: "warning" })];
    const [three, four] = [cleared(raised(3, { severity: "info" }), 6), acknowledged(raised(4), 7)];
    await record(one, two, three, four);
    expect(await listed()).toEqual([four, three, two, one]);
    expect(await listed({ open: true })).toEqual([four, two]);
    expect(await listed({ open: false })).toEqual([three, one]);
    expect(await listed({ severities: ["critical"] })).toEqual([four, one]);
    expect(await listed({ severities: ["info", "warning"] })).toEqual([three, two]);
    expect(await listed({ severities: [] })).toEqual([]);
    expect(await listed({ severities: ["critical"], open: true, before: 4 })).toEqual([]);
    expect(await listed({ limit: 2 })).toEqual([four, three]);
    expect(await listed({ limit: 2, before: 3 })).toEqual([two, one]);
    expect(await listed({ limit: 0 })).toEqual([]);
  });

  test("has the open ones at a start, and the newest number", async () => {
    expect(await store.open()).toEqual({ alarms: [], lastNumber: 0 });
    const [one, two, three] = [cleared(raised(1), 8), acknowledged(raised(2), 9), raised(3)];
    await record(one, two, three);
    expect(await store.open()).toEqual({ alarms: [two, three], lastNumber: 9 });
  });

  test("has the events after a number, each with the alarm as it was, page by page", async () => {
    expect(await store.eventsAfter(0, 10)).toEqual([]);
    expect(await store.eventsAfter(1, 10)).toBeUndefined();
    const one = cleared(acknowledged(raised(1), 4), 6);
    const two = acknowledged(cleared(raised(2), 3), 7);
    const three = raised(5);
    await record(one, two, three);
    const all = [one, two, three].flatMap(eventsOf).sort((a, b) => a.number - b.number);
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const after of [0, 1, 2, 3, 4, 5, 6, 7])
      for (const limit of [1, 3, 10])
        expect(await store.eventsAfter(after, limit)).toEqual(all.slice(after).slice(0, limit));
    expect(await store.eventsAfter(8, 10)).toBeUndefined();
  });

  test("takes many in one call", async () => {
    const many = Array.from({ length: 3_000 }, (__, n) => raised(n + 1));
    await record(...many);
    expect(await listed({ limit: 10_000 })).toEqual(many.toReversed());
    expect(await store.eventsAfter(2_990, 100)).toHaveLength(10);
  });
});

test("a memory store drops the alarms that were cleared first, and says that their events are gone", async () => {
  const store = createMemoryAlarmStore(2);
  const alarms = [1, 2, 3, 4].map((n) => cleared(raised(n), n + 10));
  const open = raised(5);
  store.record([open, ...alarms]);
  store.record([acknowledged(alarms[3] as Alarm, 20)]);
  expect((await store.list({ limit: 10 })).map(({ raisedNumber }) => raisedNumber)).toEqual([
    ...[5, 4, 3],
  ]);
  expect(await store.eventsAfter(11, 10)).toBeUndefined();
  expect((await store.eventsAfter(12, 10))?.map(({ number }) => number)).toEqual([13, 14, 20]);
});
