// The health: when it is degraded, for which reason, and for how long.
import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import type { Log } from "../../../src/domain/ports/log.ts";
import { healthChecks } from "../../../src/services/health/checks.ts";
import { createHealth } from "../../../src/services/health/health.ts";

const EVENT_SHOWN_MS = 600_000;

const START_MS = Date.UTC(2026, 10, 20, 12, 0, 0);

function healthUnderTest() {
  const clock = createManualClock(START_MS);
  let aheadMs = 0;
  const lines: string[] = [];
  const line = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${(fields as { code: string }).code} ${message}`);
  };
  const log: Log = {
    ...{ debug: line("debug"), info: line("info") },
    ...{ warn: line("warn"), error: line("error") },
  };
  const ticker = {
    ...{ running: true, waitsUntilMs: START_MS, ticks: 0, overruns: 0, workS: 0 },
    ...{ overrunsInARow: 0, skipped: 0 },
  };
  const store = {
    ...{ degraded: false, degradedCause: undefined, waitingRecords: 0, waitingBytes: 0 },
    degradedReason: undefined as string | undefined,
    ...{ spoolCause: undefined as unknown, memoryRecords: 0 },
    ...{ unspooledFrames: 0, unspooledChanges: 0, droppedRecords: 0, droppedFrames: 0 },
    ...{
      lostRecords: 0,
      cutSegments: 0,
      foreignSegments: 0,
      rejectedRows: 0,
      rejectedChanges: 0,
      rejectedCause: undefined,
    },
    ...{ rejectedRecords: 0, aheadSamples: 0, refusedSums: 0 },
    maintenanceFailure: undefined as { sinceMs: number; cause: unknown } | undefined,
  };
  const checks = healthChecks({
    clock: { ...clock, aheadMs: () => aheadMs },
    ticker: () => ticker,
    store: () => store,
    limits: { eventShownS: EVENT_SHOWN_MS / 1000, lateTicks: 2 },
  });
  const health = createHealth({ clock, log, checks });
  health.start();
  const codes = () => health.reasons().map(({ code }) => code);
  const setAhead = (ms: number) => {
    aheadMs = ms;
  };
  return { clock, ticker, store, lines, health, codes, setAhead };
}

describe("the health", () => {
  test("has no reason where all is well", () => {
    const { clock, health, lines } = healthUnderTest();
    clock.advance(60_000);
    expect(health.reasons()).toEqual([]);
    expect(lines).toEqual([]);
  });

  test("is degraded as long as the database cannot be written to, and that is logged once", () => {
    const { clock, store, health, lines, codes } = healthUnderTest();
    Object.assign(store, { degraded: true, waitingRecords: 3 });
    clock.advance(1_000);
    expect(health.reasons()).toEqual([
      {
        code: "STORE_DEGRADED",
        message: expect.stringMatching(/3 records wait until it can.*start/),
        sinceMs: START_MS + 1_000,
      },
    ]);
    store.waitingRecords = 4;
    clock.advance(60_000);
    expect(health.reasons()[0]?.message).toContain("4 records wait");
    expect(health.reasons()[0]?.sinceMs).toBe(START_MS + 1_000);
    store.degraded = false;
    expect(codes()).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(/^warn STORE_DEGRADED the database cannot be written to: 3 records/),
      "info STORE_DEGRADED over: the database cannot be written to",
    ]);
  });

  test("names the reason why the database cannot be written to, and the remedy", () => {
    const { store, health } = healthUnderTest();
    const degradedReason = "its disk is full: free space on it";
    Object.assign(store, { degraded: true, degradedReason, waitingRecords: 3 });
    const message = health.reasons()[0]?.message;
    expect(message).toMatch(/^the database cannot be written to: 3 records wait/);
    expect(message).toMatch(/refused meanwhile; its disk is full: free space on it$/);
    Object.assign(store, { degradedReason: undefined });
    expect(health.reasons()[0]?.message).toMatch(/; start the database, or look why/);
  });

  test("is degraded as long as the maintenance of the database fails", () => {
    const { store, health, lines, codes } = healthUnderTest();
    store.maintenanceFailure = { sinceMs: START_MS - 60_000, cause: new Error("42P10") };
    expect(health.reasons()[0]).toMatchObject({
      code: "STORE_DEGRADED",
      message: expect.stringMatching(
        /^the maintenance of the database fails: since 2026-11-20T11:59:00Z minutes are not summed up/,
      ),
    });
    store.maintenanceFailure = undefined;
    expect(codes()).toEqual([]);
    expect(lines).toHaveLength(2);
  });

  test("shows an event for ten minutes after it happened last, and continues to count", () => {
    const { clock, ticker, health, lines, codes } = healthUnderTest();
    ticker.skipped = 16;
    clock.advance(1_000);
    expect(health.reasons()).toEqual([
      {
        code: "TICKS_SKIPPED",
        message: expect.stringMatching(
          /^16 ticks were skipped.*; shown until 2026-11-20T12:10:01Z$/,
        ),
        sinceMs: START_MS + 1_000,
      },
    ]);
    clock.advance(EVENT_SHOWN_MS - 2_000);
    ticker.skipped += 20;
    clock.advance(1_000);
    expect(health.reasons()[0]?.message).toMatch(/^36 ticks .*until 2026-11-20T12:20:00Z$/);
    clock.advance(EVENT_SHOWN_MS - 1_000);
    expect(codes()).toEqual(["TICKS_SKIPPED"]);
    clock.advance(1_000);
    expect(codes()).toEqual([]);
    ticker.skipped += 17;
    expect(health.reasons()[0]?.message).toMatch(/^17 ticks/);
    expect(lines.map((line) => line.split(",")[0])).toEqual([
      "warn TICKS_SKIPPED 16 ticks were skipped",
      "info TICKS_SKIPPED over: 36 ticks were skipped",
      "warn TICKS_SKIPPED 17 ticks were skipped",
    ]);
  });

  test.each([
    ["unspooledFrames", "STORE_DEGRADED", /2 frames .* neither to the spool nor.*free space/],
    ["unspooledChanges", "STORE_DEGRADED", /2 changes .* neither to the spool nor.*free space/],
    ["droppedRecords", "STORE_DEGRADED", /spool is full, and 2 records were dropped.*room/],
    ["lostRecords", "STORE_DEGRADED", /damaged, and 2 records are lost.*disk/],
    ["cutSegments", "STORE_DEGRADED", /cut off, and an unknown number of records is lost.*disk/],
    ["foreignSegments", "STORE_DEGRADED", /2 files of the spool were of another database.*foreign/],
    ["rejectedRows", "STORE_DEGRADED", /refused 2 rows.*telemetry_rejected/],
    ["rejectedChanges", "STORE_DEGRADED", /refused 2 rows.*telemetry_rejected/],
    ["refusedSums", "STORE_DEGRADED", /2 times the minutes .* were left out/],
    ["aheadSamples", "CLOCK_AHEAD", /2 samples lay in the future.*telemetry_ahead/],
  ] as const)("is degraded where %s grows", (name, code, message) => {
    const { store, health } = healthUnderTest();
    store[name] = 2;
    expect(health.reasons()).toMatchObject([{ code, message: expect.stringMatching(message) }]);
  });

  test("is degraded as long as the spool cannot be written to", () => {
    const { store, health, codes } = healthUnderTest();
    Object.assign(store, { spoolCause: new Error("ENOSPC"), memoryRecords: 5 });
    expect(health.reasons()).toMatchObject([
      { code: "STORE_DEGRADED", message: expect.stringMatching(/5 wait there.*free space/) },
    ]);
    store.spoolCause = undefined;
    expect(codes()).toEqual([]);
  });

  test("is degraded where three ticks in a row were late, until one is in time", () => {
    const { ticker, codes } = healthUnderTest();
    ticker.overrunsInARow = 2;
    expect(codes()).toEqual([]);
    ticker.overrunsInARow = 3;
    expect(codes()).toEqual(["TICKS_LATE"]);
    ticker.overrunsInARow = 0;
    expect(codes()).toEqual([]);
  });

  test("is degraded while the fleet waits for an instant in the future, with the end of that", () => {
    const { clock, ticker, health, codes } = healthUnderTest();
    ticker.waitsUntilMs = START_MS + 30_000;
    expect(health.reasons()).toMatchObject([
      { code: "CLOCK_AHEAD", message: expect.stringContaining("until 2026-11-20T12:00:30Z") },
    ]);
    clock.advance(30_000);
    expect(codes()).toEqual([]);
  });

  test("is degraded while the clock is ahead by more than a second, with the end of that", () => {
    const { health, codes, setAhead } = healthUnderTest();
    setAhead(1_000);
    expect(codes()).toEqual([]);
    setAhead(3_600_000);
    const [hour] = health.reasons();
    expect(hour?.code).toBe("CLOCK_AHEAD");
    expect(hour?.message).toMatch(/by 3600 s .*half speed until 2026-11-20T13:00:00Z/);
    expect(hour?.message).not.toContain("restart");
    setAhead(13 * 3_600_000);
    expect(health.reasons()[0]?.message).toContain("a restart sets aside what lies ahead");
  });
});
