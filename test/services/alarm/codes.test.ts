// When the alarm of each code is raised and cleared, in a whole fleet.
import { describe, expect, test } from "vitest";
import { ALARM_CODES, ALARM_RULES, type AlarmCode } from "../../../src/domain/alarm/codes.ts";
import { alarmFixture, DT_MS, START_MS } from "../../support/alarm-fixture.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

type Fixture = Awaited<ReturnType<typeof alarmFixture>>;

interface Case {
  readonly code: AlarmCode;
  readonly name: string;
  /** Brings the condition about. */
  begin(fixture: Fixture): Promise<void>;
  /** How long after that, in s, the alarm is not raised yet, and is. */
  readonly notYetS: number;
  readonly raisedS: number;
  readonly message: RegExp;
  /** Ends it. */
  end(fixture: Fixture): Promise<void>;
  readonly stillS: number;
  readonly clearedS: number;
}

const SECOND_MS = 1_000;

async function accepted({ dispatch }: Fixture, request: object): Promise<string> {
  const result = await dispatch.dispatch({ assetId: ASSET.id, mw: 0, durationS: null, ...request });
  if (!result.accepted) throw new Error(result.refusal.message);
  return result.dispatch.id;
}

/** Promises all energy of the battery and that of a charge before, which it returns. */
async function promise(fixture: Fixture): Promise<string> {
  const charge = await accepted(fixture, { mw: -30, durationS: 1200 });
  await accepted(fixture, { mw: 30, startAtMs: START_MS + 1_600_000, durationS: 2600 });
  await fixture.run(1);
  return charge;
}

/** Runs one tick, in which the server stands still for 17 more. */
async function skip({ telemetry, clock, run }: Fixture): Promise<void> {
  const thaw = telemetry.follow(() => {
    thaw();
    clock.advance(17 * DT_MS);
  });
  await run(1);
}

/** Discharges the battery until a tick is limited by its energy. */
async function empty(fixture: Fixture): Promise<void> {
  await accepted(fixture, { mw: 30 });
  while (fixture.telemetry.of(ASSET.id)?.limitedBy !== "energy") await fixture.run(1);
}

const CASES: readonly Case[] = [
  {
    ...{ code: "PROMISE_AT_RISK", name: "until the shortfall is averted" },
    async begin(fixture) {
      await fixture.dispatch.cancel(await promise(fixture));
    },
    ...{ notYetS: 0, raisedS: 4 },
    message:
      /^the dispatch id-\d+ of 30 MW by VALKEAKOSKI-1 will lack [\d.]+ MWh of its promise from 1970-01-01T\S+Z on, limited by ENERGY: cancel it/,
    async end(fixture) {
      await accepted(fixture, { mw: -30, durationS: 1200 });
    },
    ...{ stillS: 0, clearedS: 4 },
  },
  {
    ...{ code: "PROMISE_AT_RISK", name: "until the dispatch ends" },
    async begin(fixture) {
      await fixture.dispatch.cancel(await promise(fixture));
    },
    ...{ notYetS: 0, raisedS: 4 },
    message: /will lack/,
    async end({ dispatch, open }) {
      const [alarm] = await open();
      await dispatch.cancel(alarm?.dispatchId ?? "");
    },
    ...{ stillS: 0, clearedS: 4 },
  },
  {
    ...{ code: "STORE_DEGRADED", name: "as long as the health has the reason" },
    async begin({ degrade }) {
      degrade({ degraded: true, waitingRecords: 7 });
    },
    ...{ notYetS: 0, raisedS: 1 },
    message: /^the database cannot be written to: 7 records wait/,
    async end({ degrade }) {
      degrade({});
    },
    ...{ stillS: 0, clearedS: 1 },
  },
  {
    ...{ code: "STORE_DEGRADED", name: "for ten minutes after a loss" },
    async begin({ degrade }) {
      degrade({ droppedRecords: 3 });
    },
    ...{ notYetS: 0, raisedS: 1 },
    message: /^the spool is full, and 3 records were dropped/,
    async end() {},
    ...{ stillS: 590, clearedS: 600 },
  },
  {
    ...{ code: "TICKS_SKIPPED", name: "for an hour of ticks" },
    begin: skip,
    ...{ notYetS: 0, raisedS: 1 },
    message: /^17 ticks of 4 s were skipped, because the server was too far behind/,
    async end() {},
    ...{ stillS: 3590, clearedS: 3605 },
  },
  {
    ...{ code: "CLOCK_AHEAD", name: "as long as the health has the reason" },
    async begin({ setAhead }) {
      setAhead(5_000);
    },
    ...{ notYetS: 0, raisedS: 1 },
    message: /^the clock of the fleet is ahead of that of the machine, by 5 s/,
    async end({ setAhead }) {
      setAhead(0);
    },
    ...{ stillS: 0, clearedS: 1 },
  },
  {
    ...{ code: "DATA_STALE", name: "until the next frame" },
    async begin({ ticker }) {
      ticker.stop();
    },
    ...{ notYetS: 14, raisedS: 15 },
    message: /^the fleet has not reported since 1970-01-01T01:06:40Z, for 15 s with ticks of 4 s/,
    async end({ ticker }) {
      ticker.start();
    },
    ...{ stillS: 0, clearedS: 0 },
  },
  {
    ...{ code: "ASSET_LIMITED", name: "until the setpoint is 0" },
    begin: empty,
    ...{ notYetS: 3592, raisedS: 3596 },
    message:
      /^VALKEAKOSKI-1 was limited in every sample of 3600 s, now by ENERGY: it has 0 MW of its setpoint of 30 MW, at a SoC of 0.0 %/,
    async end(fixture) {
      await accepted(fixture, {});
    },
    ...{ stillS: 3, clearedS: 4 },
  },
  {
    ...{ code: "ASSET_LIMITED", name: "until the asset is retired" },
    begin: empty,
    ...{ notYetS: 3592, raisedS: 3596 },
    message: /ENERGY/,
    async end({ fleet }) {
      const other = { ...ASSET, id: ASSET.id.replace(/1$/, "2") };
      void fleet.reload({ sites: [SITE], assets: [other] }, "file");
    },
    ...{ stillS: 0, clearedS: 8 },
  },
  {
    ...{ code: "SETTING_INVALID", name: "until it has a value that is accepted" },
    async begin({ storeSetting }) {
      await storeSetting({ id: "max_sockets", scope: "platform", version: 1, value: -5 });
    },
    ...{ notYetS: 0, raisedS: 1 },
    message: /^max_sockets of platform must be 1 to 1000000, not -5: they are kept/,
    async end({ storeSetting }) {
      await storeSetting({ id: "max_sockets", scope: "platform", version: 2, value: 5 });
    },
    ...{ stillS: 0, clearedS: 1 },
  },
];

const SUBJECTS: Readonly<Record<string, object>> = {
  server: { assetId: null, siteId: null, dispatchId: null },
  asset: { assetId: ASSET.id, siteId: SITE.id, dispatchId: null },
  dispatch: { assetId: ASSET.id, siteId: SITE.id, dispatchId: expect.stringMatching(/^id-/) },
};

async function advance({ clock }: Fixture, s: number): Promise<void> {
  for (let second = 0; second < s; second++) {
    clock.advance(SECOND_MS);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

test("every code has a case", () => {
  expect(new Set(CASES.map(({ code }) => code))).toEqual(new Set(ALARM_CODES));
});

describe.each(CASES)("$code $name", (of) => {
  const { severity, subject } = ALARM_RULES[of.code];

  test("is raised once, and cleared", async () => {
    const fixture = await alarmFixture();
    const codes = async () => (await fixture.open()).map(({ code }) => code);
    await of.begin(fixture);
    await advance(fixture, of.notYetS);
    if (of.notYetS > 0) expect(await codes()).not.toContain(of.code);
    await advance(fixture, of.raisedS - of.notYetS);
    const raised = (await fixture.open()).find(({ code }) => code === of.code);
    expect(raised).toMatchObject({
      ...{ code: of.code, severity, message: expect.stringMatching(of.message) },
      ...{ executionId: null, clearedAtMs: null, acknowledgedAtMs: null, ...SUBJECTS[subject] },
    });
    expect(fixture.lines).toContain(`warn alarm ${of.code}: ${raised?.message}`);

    await of.end(fixture);
    await advance(fixture, of.stillS);
    if (of.stillS > 0) expect(await codes()).toContain(of.code);
    await advance(fixture, of.clearedS - of.stillS);
    expect(await codes()).not.toContain(of.code);
    expect(fixture.lines).toContain(`info alarm ${of.code} is cleared: ${raised?.message}`);
    const changes = fixture.events.filter(({ alarm }) => alarm.code === of.code);
    expect(changes.map(({ alarm }) => alarm)).toEqual([
      raised,
      { ...raised, clearedAtMs: changes[1]?.atMs, clearedNumber: changes[1]?.number },
    ]);
  });
});

test("a fleet where all is well has no alarm", async () => {
  const { run, events } = await alarmFixture();
  await run(1_000);
  expect(events).toEqual([]);
});
