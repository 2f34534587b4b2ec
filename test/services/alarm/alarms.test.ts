// Alarms are raised once, announced at once and stored behind, acknowledged once, and followed from any number on.
import { describe, expect, test } from "vitest";
import { createMemoryAlarmStore } from "../../../src/adapters/memory/alarm-store.ts";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { type Alarm, type AlarmEvent, SERVER } from "../../../src/domain/alarm/alarm.ts";
import type { AlarmStore } from "../../../src/domain/ports/alarm-store.ts";
import type { Log } from "../../../src/domain/ports/log.ts";
import { createAlarms } from "../../../src/services/alarm/alarms.ts";
import { turns } from "../../support/alarm-fixture.ts";
import { RAISED_MS } from "../../support/alarms.ts";
import { noAudit } from "../../support/audit.ts";
import { TESTER } from "../../support/kernel-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";

/** A store that has nothing of what is recorded until `commit`, and keeps nothing where it is `broken`. */
function slowStore() {
  const store = createMemoryAlarmStore(20_000);
  const calls: (readonly Alarm[])[] = [];
  const commits: (() => void)[] = [];
  let isBroken = false;
  const slow: AlarmStore = {
    ...store,
    record(alarms) {
      calls.push(alarms);
      if (isBroken) {
        const lost = Promise.reject(new Error("the disk is full"));
        return { kept: lost, stored: lost };
      }
      const stored = new Promise<void>((resolve) =>
        commits.push(() => {
          store.record(alarms);
          resolve();
        }),
      );
      return { kept: Promise.resolve(), stored };
    },
  };
  return {
    ...{ slow, calls },
    commit: () => {
      for (const commit of commits.splice(0)) commit();
    },
    breakDisk: () => {
      isBroken = true;
    },
  };
}

async function alarmsUnderTest(store: AlarmStore = createMemoryAlarmStore(1_000), firstId = 0) {
  const clock = createManualClock(RAISED_MS + 0.75);
  const lines: string[] = [];
  const log: Log = { ...silentLog, warn: (_, message) => void lines.push(message) };
  let ids = firstId;
  let turnCount = 0;
  const workTurns = {
    next: async () => {
      turnCount++;
    },
  };
  const chance = { newId: () => `id-${++ids}` };
  const alarms = createAlarms({ store, clock, chance, workTurns, audit: noAudit, log });
  await alarms.restore();
  const announced: AlarmEvent[] = [];
  alarms.events.follow((event) => announced.push(event));
  const acknowledge = (id: string) => alarms.acknowledge(id, TESTER);
  return { ...alarms, acknowledge, clock, announced, lines, turnCount: () => turnCount };
}

const ABOUT = { ...SERVER, assetId: "asset-1", siteId: "site-1" };
const ids = (alarms: readonly Alarm[]) => alarms.map(({ id }) => id);

describe("an alarm", () => {
  test("is raised once for a code and a subject, and again after it was cleared", async () => {
    const { raise, clear, list, clock } = await alarmsUnderTest();
    raise("ASSET_LIMITED", ABOUT, "first");
    raise("ASSET_LIMITED", ABOUT, "again");
    raise("ASSET_LIMITED", { ...ABOUT, assetId: "asset-2" }, "other");
    raise("DATA_STALE", SERVER, "stale");
    clock.advance(4_000);
    clear("ASSET_LIMITED", ABOUT);
    clear("ASSET_LIMITED", ABOUT);
    raise("ASSET_LIMITED", ABOUT, "later");
    const all = await list({ limit: 10 });
    expect(ids(all)).toEqual(["id-4", "id-3", "id-2", "id-1"]);
    expect(all.at(-1)).toEqual({
      ...{ id: "id-1", code: "ASSET_LIMITED", severity: "warning", message: "first", ...ABOUT },
      ...{ raisedAtMs: RAISED_MS, clearedAtMs: RAISED_MS + 4_000 },
      ...{ acknowledgedAtMs: null, acknowledgedBy: null, acknowledgedNumber: null },
      ...{ raisedNumber: expect.any(Number), clearedNumber: expect.any(Number) },
    });
    expect(ids(await list({ open: true, limit: 10 }))).toEqual(["id-4", "id-3", "id-2"]);
    expect(ids(await list({ open: false, limit: 10 }))).toEqual(["id-1"]);
  });

  test("is counted while it is open, by code", async () => {
    const { raise, clear, openCounts, acknowledge } = await alarmsUnderTest();
    raise("ASSET_LIMITED", ABOUT, "");
    raise("DATA_STALE", SERVER, "");
    await acknowledge("id-1");
    expect([...openCounts()]).toEqual([
      ["ASSET_LIMITED", 1],
      ["DATA_STALE", 1],
    ]);
    clear("ASSET_LIMITED", ABOUT);
    await acknowledge("id-1");
    expect(openCounts().get("ASSET_LIMITED")).toBe(0);
  });

  test("is listed by severity, page by page, and acknowledged, also while the store does not answer", async () => {
    const unavailable: AlarmStore = {
      ...createMemoryAlarmStore(1),
      list: () => Promise.reject(new Error("unavailable")),
      find: () => Promise.reject(new Error("unavailable")),
    };
    const { raise, list, acknowledge } = await alarmsUnderTest(unavailable);
    for (let n = 1; n <= 3; n++) raise("ASSET_LIMITED", { ...SERVER, assetId: `asset-${n}` }, "");
    raise("DATA_STALE", SERVER, "");
    const open = { open: true, limit: 2 };
    const [newest, next] = await list(open);
    expect([newest?.id, next?.id]).toEqual(["id-4", "id-3"]);
    expect(ids(await list({ ...open, before: next?.raisedNumber }))).toEqual(["id-2", "id-1"]);
    expect(ids(await list({ ...open, severities: ["critical"] }))).toEqual(["id-4"]);
    await expect(list({ limit: 2 })).rejects.toThrow("unavailable");
    expect(await acknowledge("id-4")).toMatchObject({ accepted: true });
    await expect(acknowledge("id-9")).rejects.toThrow("unavailable");
  });
});

describe("a list of all alarms", () => {
  test("has those that could not be stored, each once, in their order", async () => {
    const { slow, breakDisk, commit } = slowStore();
    const { raise, clear, list } = await alarmsUnderTest(slow);
    raise("ASSET_LIMITED", ABOUT, "");
    await turns();
    commit();
    breakDisk();
    raise("DATA_STALE", SERVER, "");
    clear("ASSET_LIMITED", ABOUT);
    await turns();
    expect(ids(await list({ limit: 5 }))).toEqual(["id-2", "id-1"]);
    expect(ids(await list({ limit: 1 }))).toEqual(["id-2"]);
    expect(ids(await list({ open: false, limit: 5 }))).toEqual(["id-1"]);
    expect(ids(await list({ severities: ["critical"], limit: 5 }))).toEqual(["id-2"]);
  });
});

describe("an acknowledgement", () => {
  test("is made once, of an open alarm and of a cleared one, and stays as it is", async () => {
    const { raise, clear, acknowledge, clock, find, announced } = await alarmsUnderTest();
    raise("ASSET_LIMITED", ABOUT, "");
    clock.advance(1_000);
    const first = await acknowledge("ID-1");
    expect(first).toMatchObject({
      ...{ accepted: true },
      alarm: {
        acknowledgedAtMs: RAISED_MS + 1_000,
        acknowledgedBy: TESTER.name,
        clearedAtMs: null,
      },
    });
    clock.advance(1_000);
    expect(await acknowledge("id-1")).toEqual(first);
    clear("ASSET_LIMITED", ABOUT);
    raise("DATA_STALE", SERVER, "");
    clear("DATA_STALE", SERVER);
    clock.advance(1_000);
    const [one, other] = await Promise.all([acknowledge("id-2"), acknowledge("id-2")]);
    expect(other).toEqual(one);
    expect(await find("id-2")).toMatchObject({
      ...{ clearedAtMs: RAISED_MS + 2_000, acknowledgedAtMs: RAISED_MS + 3_000 },
    });
    expect(await find("id-1")).toMatchObject({
      ...{ clearedAtMs: RAISED_MS + 2_000, acknowledgedAtMs: RAISED_MS + 1_000 },
    });
    expect(announced).toHaveLength(6);
  });

  test("of an unknown alarm is refused with its code", async () => {
    const { acknowledge } = await alarmsUnderTest();
    expect(await acknowledge("no-such")).toEqual({
      accepted: false,
      refusal: {
        code: "ALARM_UNKNOWN",
        message:
          "no alarm has the id no-such: read the ids from alarms; those that were cleared are removed in the end",
      },
    });
  });

  test("is answered once it is kept, and not where it cannot be", async () => {
    const { slow, breakDisk } = slowStore();
    const { raise, acknowledge } = await alarmsUnderTest(slow);
    raise("DATA_STALE", SERVER, "");
    await turns();
    expect(await acknowledge("id-1")).toMatchObject({ accepted: true });
    raise("TICKS_SKIPPED", SERVER, "");
    await turns();
    breakDisk();
    await expect(acknowledge("id-2")).rejects.toThrow("the disk is full");
  });
});

describe("what is read while the store is slow", () => {
  test("is what was announced", async () => {
    const { slow, commit } = slowStore();
    const { raise, clear, acknowledge, find, list } = await alarmsUnderTest(slow);
    raise("DATA_STALE", SERVER, "");
    await turns();
    clear("DATA_STALE", SERVER);
    await turns();
    await acknowledge("id-1");
    const known = { acknowledgedAtMs: RAISED_MS, clearedAtMs: RAISED_MS };
    expect(await find("id-1")).toMatchObject(known);
    const listed = list({ limit: 10 });
    commit();
    expect(await listed).toMatchObject([known]);
    await turns();
    expect(await find("id-1")).toMatchObject(known);
  });

  test("holds each event once, in order, beyond those in memory", async () => {
    const { slow, commit } = slowStore();
    const { raise, clear, events } = await alarmsUnderTest(slow);
    const before = events.lastNumber();
    for (let n = 0; n < 10_500; n++) {
      raise("DATA_STALE", SERVER, "");
      clear("DATA_STALE", SERVER);
      if (n % 50 === 0) {
        await turns();
        commit();
      }
    }
    await turns();
    const seen: number[] = [];
    for (let after = before; ; ) {
      const reading = events.after(after);
      await turns();
      commit();
      const page = (await reading) ?? [];
      if (page.length === 0) break;
      seen.push(...page.map(({ number }) => number));
      after = seen.at(-1) ?? 0;
    }
    const isNext = (number: number, n: number) => number === (seen[0] ?? 0) + n;
    expect([seen.length, seen.every(isNext)]).toEqual([21_000, true]);
    expect(await events.after(events.lastNumber() + 1)).toBeUndefined();
  });
});

describe("many alarms at once", () => {
  test("are raised in turns, in order, with few lines of the log, and in records of a turn", async () => {
    const { slow, calls } = slowStore();
    const { raise, clear, openCounts, lines, turnCount } = await alarmsUnderTest(slow);
    const about = (n: number) => ({ ...SERVER, assetId: `asset-${n}` });
    for (let n = 0; n < 5_000; n++) raise("ASSET_LIMITED", about(n), `limited ${n}`);
    for (let n = 0; n < 5_000; n += 2) clear("ASSET_LIMITED", about(n));
    expect(openCounts().get("ASSET_LIMITED")).toBe(200);
    for (let n = 0; n < 20; n++) await turns();
    expect(openCounts().get("ASSET_LIMITED")).toBe(2_500);
    expect(turnCount()).toBeGreaterThanOrEqual(7_500 / 200 - 1);
    expect(Math.max(...calls.map((it) => it.length))).toBeLessThanOrEqual(200);
    expect(calls.flat()).toHaveLength(7_500);
    expect(lines.length).toBeLessThan(1_000);
    expect(lines.slice(19, 21)).toEqual([
      "alarm ASSET_LIMITED: limited 19",
      "180 more alarms were raised or cleared at the same time",
    ]);
  });
});

test("after a restart alarms that are open stay, and numbers go on", async () => {
  const store = createMemoryAlarmStore(1_000);
  const before = await alarmsUnderTest(store);
  before.raise("ASSET_LIMITED", ABOUT, "");
  before.raise("DATA_STALE", SERVER, "");
  await turns();
  before.clear("DATA_STALE", SERVER);
  await turns();
  const after = await alarmsUnderTest(store, 10);
  expect(ids(await after.list({ open: true, limit: 10 }))).toEqual(["id-1"]);
  after.raise("ASSET_LIMITED", ABOUT, "");
  after.raise("DATA_STALE", SERVER, "");
  await turns();
  expect(ids(await after.list({ open: true, limit: 10 }))).toEqual(["id-11", "id-1"]);
  const missed = await after.events.after(before.events.lastNumber() - 1);
  expect(missed?.map(({ alarm }) => alarm.id)).toEqual(["id-2", "id-11"]);
  expect(missed?.[0]?.alarm.clearedAtMs).toBe(RAISED_MS);
});
