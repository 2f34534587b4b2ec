// The audit log as a service: records, refused attempts that are stored behind, and events.
import { expect, test } from "vitest";
import { createMemoryAuditStore } from "../../../src/adapters/memory/audit-store.ts";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import type { LinkedRecord } from "../../../src/domain/audit/chain.ts";
import type { AuditRecord } from "../../../src/domain/audit/record.ts";
import { LOCAL, type Principal, systemPrincipal } from "../../../src/domain/identity/principal.ts";
import { createAuditLog } from "../../../src/services/audit/audit-log.ts";
import { createRefusalCounts } from "../../../src/services/audit/refusal-counts.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { AUDITED_MS, auditOf } from "../../support/audit.ts";
import { silentLog } from "../../support/silent-log.ts";

const CLIENT: Principal = {
  ...{ id: "token:desk", name: "Desk", grants: [], expiresAtMs: null },
  ...{ channel: "rest", address: "192.0.2.7" },
};
const MINUTE_MS = 60_000;
const ATTEMPT = { action: "access", target: "GET /audit_logs", code: "FORBIDDEN" } as const;

function auditUnderTest({ capacity = 100_000, lastNumber = 0 } = {}) {
  const clock = createManualClock(AUDITED_MS + 0.7);
  const store = createMemoryAuditStore({ capacity, lastNumber, digests: createDigests() });
  let ids = 0;
  const lines: string[] = [];
  const log = { ...silentLog, error: (_: object, line: string) => lines.push(line) };
  let isRefusing = false;
  const record: typeof store.record = (records) =>
    isRefusing ? Promise.reject(new Error("refused")) : store.record(records);
  const chance = { newId: () => `id-${++ids}` };
  const audit = createAuditLog({ store: { ...store, record }, clock, chance, log });
  const listed = async (filter: object = {}) =>
    (await audit.list({ limit: 100_000, ...filter })).map((it) => it.record).toReversed();
  const setRefusing = (refusing: boolean) => {
    isRefusing = refusing;
  };
  return { audit, clock, store, lines, listed, setRefusing };
}

test("a record has who did what, when to the ms, and nothing else is stored by it", async () => {
  const { audit, listed } = auditUnderTest();
  const after = { mw: 5 };
  const audited = { action: "dispatch.request", target: "asset:x", requestId: "r", after } as const;
  expect(audit.done(CLIENT, audited)).toEqual({
    ...{ id: "id-1", atMs: AUDITED_MS, actor: "token:desk", actorName: "Desk" },
    ...{ address: "192.0.2.7", channel: "rest", action: "dispatch.request", target: "asset:x" },
    ...{ before: null, after, reason: null, requestId: "r", outcome: "done", code: null },
  });
  expect(audit.done(LOCAL, audited)).toMatchObject({ actor: "local", address: null });
  expect(audit.done(systemPrincipal("demo"), audited)).toMatchObject({ actor: "system:demo" });
  expect(await listed()).toEqual([]);
});

test("a record has only texts that a database stores, of bounded length", () => {
  const { audit } = auditUnderTest();
  const bad = "a\0b\ud800";
  const record = audit.done(
    { ...CLIENT, id: bad, name: bad.repeat(500), address: bad },
    {
      ...{ action: "access", target: `${bad}${"x".repeat(5_000)}`, requestId: bad, reason: bad },
      ...{ before: { [bad]: [bad, null, 1, true] }, after: bad },
    },
  );
  const good = "a\ufffdb\ufffd";
  expect(record).toMatchObject({ actor: good, address: good, reason: good, requestId: good });
  expect(record).toMatchObject({ before: { [good]: [good, null, 1, true] }, after: good });
  expect([record.target.length, record.actorName?.length]).toEqual([500, 500]);
});

test("a record has no token that was put where a name belongs", () => {
  const { audit } = auditUnderTest();
  const named = `mando_${"aB3-_".repeat(9).slice(0, 43)}`;
  const jwt = `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(40)}`;
  for (const secret of [named, jwt]) {
    const record = audit.done(
      { ...CLIENT, name: `x ${secret}` },
      {
        ...{ action: "access", target: `token:${secret}`, requestId: secret, reason: secret },
        ...{ before: { [secret]: [secret] }, after: `${"x ".repeat(240)}${secret}` },
      },
    );
    expect(JSON.stringify(record)).not.toMatch(/mando_|eyJ/);
    expect(record.target).toBe("token:[a token]");
  }
});

test("a refused attempt is stored within a second, once the server has started, and at once where it stops", async () => {
  const { audit, clock, listed } = auditUnderTest();
  audit.refuse(CLIENT, ATTEMPT);
  clock.advance(5_000);
  expect(await listed()).toEqual([]);
  await audit.restore();
  audit.start();
  audit.refuse(CLIENT, { ...ATTEMPT, reason: "the role admin is missing" });
  clock.advance(999);
  expect(await listed()).toMatchObject([
    { ...{ atMs: AUDITED_MS, code: "FORBIDDEN", outcome: "refused", action: "access" } },
    { ...{ atMs: AUDITED_MS + 5_000, reason: "the role admin is missing" } },
  ]);
  audit.refuse(CLIENT, ATTEMPT);
  audit.stop();
  expect(await listed()).toHaveLength(3);
  audit.refuse(CLIENT, ATTEMPT);
  expect(await listed()).toHaveLength(4);
});

test("what a refused attempt was to change is left out where it is long", async () => {
  const { audit, clock, listed } = auditUnderTest();
  audit.start();
  audit.refuse(CLIENT, { ...ATTEMPT, after: "x".repeat(20_000) });
  clock.advance(1_000);
  expect((await listed())[0]?.after).toEqual({ omitted_characters: 20_002 });
});

test("of a flood from one address ten attempts a minute are recorded, and one record has how many more", async () => {
  const { audit, clock, listed } = auditUnderTest();
  audit.start();
  for (let n = 0; n < 5_000; n++) {
    audit.refuse(CLIENT, ATTEMPT);
    if (n % 100 === 0) clock.advance(10);
  }
  audit.refuse({ ...CLIENT, address: "192.0.2.8" }, ATTEMPT);
  clock.advance(MINUTE_MS);
  const records = await listed();
  expect(records.filter(({ action }) => action === "access")).toHaveLength(11);
  const from = new Date(AUDITED_MS).toISOString();
  expect(records.filter(({ action }) => action === "refusal.count")).toMatchObject([
    {
      ...{ actor: "system:audit", address: "192.0.2.7", target: "address:192.0.2.7" },
      ...{ outcome: "refused", channel: "flow", after: { count: 4_990, from } },
      reason: `4990 more attempts were refused in the minute from ${from} on`,
    },
  ]);
  audit.refuse(CLIENT, ATTEMPT);
  clock.advance(2 * MINUTE_MS);
  expect(await listed()).toHaveLength(13);
});

test("of many addresses a thousand attempts a minute are recorded, and some addresses are counted together", async () => {
  const { audit, clock, listed } = auditUnderTest();
  audit.start();
  for (let n = 0; n < 12_000; n++)
    audit.refuse({ ...CLIENT, address: `10.0.${n >> 8}.${n & 255}` }, ATTEMPT);
  clock.advance(500);
  for (let n = 0; n < 20; n++) audit.refuse({ ...CLIENT, address: null }, ATTEMPT);
  audit.stop();
  const records = await listed({ action: "refusal.count" });
  expect(records).toHaveLength(9_001);
  expect(records[0]).toMatchObject({ target: "address:10.0.3.232", after: { count: 1 } });
  expect(records.at(-1)).toMatchObject({
    ...{ target: "address:others", after: { count: 2_020 }, address: null },
  });
  expect(await listed()).toHaveLength(10_001);
});

test("in the next minute a thousand attempts are recorded again", () => {
  const counts = createRefusalCounts();
  const recordedAt = (nowMs: number) =>
    Array.from({ length: 1_500 }, (_, n) => counts.add(`a${n}`, nowMs, true)).filter(Boolean);
  expect(recordedAt(0)).toHaveLength(1_000);
  expect(recordedAt(59_999)).toHaveLength(0);
  expect(recordedAt(60_000)).toHaveLength(1_000);
});

test("the addresses of one network of IPv6 are counted as one", () => {
  const counts = createRefusalCounts();
  for (let n = 1; n <= 15; n++) counts.add(`2001:db8::${n}:1`, 0, true);
  counts.add("2001:db8:0:1::1", 0, true);
  expect(counts.takeOmitted(60_000)).toEqual([{ address: "2001:db8::/64", fromMs: 0, count: 5 }]);
});

test("counts of a minute are bounded, also where attempts cannot be recorded", () => {
  const counts = createRefusalCounts(2);
  const added = ["a", "b", "c", "d", "a"].map((address) => counts.add(address, 0, true));
  expect(added).toEqual([true, true, true, true, true]);
  expect(counts.add("a", 1, false)).toBe(false);
  expect(counts.takeOmitted(59_999)).toEqual([]);
  expect(counts.takeOmitted(60_000)).toEqual([{ address: "a", fromMs: 0, count: 1 }]);
  expect(counts.takeOmitted(60_001, true)).toEqual([]);
});

test("attempts that cannot be kept are logged once", async () => {
  const { audit, clock, lines, setRefusing, listed } = auditUnderTest();
  audit.start();
  setRefusing(true);
  for (let n = 0; n < 3; n++) {
    audit.refuse(CLIENT, ATTEMPT);
    clock.advance(1_000);
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(lines).toEqual(["refused attempts are missing in the audit log"]);
  setRefusing(false);
  audit.refuse(CLIENT, ATTEMPT);
  clock.advance(1_000);
  expect(await listed()).toHaveLength(1);
});

test("events continue after a number: from memory, from the store, and not where some are gone", async () => {
  const { audit, store } = auditUnderTest({ lastNumber: 7_000 });
  store.add([auditOf()]);
  await audit.restore();
  expect(audit.events.lastNumber()).toBe(7_001);
  const seen: LinkedRecord[] = [];
  audit.events.follow((event) => seen.push(event));
  const records: AuditRecord[] = Array.from({ length: 1_700 }, () => auditOf());
  store.add(records);
  expect(seen.map(({ record }) => record)).toEqual(records);
  expect(audit.events.next(8_000)?.number).toBe(8_001);
  const read: LinkedRecord[] = [];
  for (let after = 7_001; after < 8_701; after = read.at(-1)?.number ?? 0)
    read.push(...((await audit.events.after(after)) ?? []));
  expect(read).toEqual(seen);
  expect(await audit.events.after(8_701)).toEqual([]);
  expect(await audit.events.after(8_702)).toBeUndefined();
  expect(await audit.events.after(10)).toBeUndefined();
  expect(audit.head().number).toBe(8_701);
  expect(await audit.find(records[0]?.id.toUpperCase() ?? "")).toEqual(seen[0]);
});
