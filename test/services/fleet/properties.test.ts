// Whatever comes, changes and goes between whichever ticks: no frame is torn, and all energy is counted right.

import { expect, test } from "vitest";
import { createMemoryDataPointStore } from "../../../src/adapters/memory/data-point-store.ts";
import { createHub } from "../../../src/api/stream/hub.ts";
import { Payload } from "../../../src/api/stream/payload.ts";
import { selectionOf } from "../../../src/api/stream/selection.ts";
import type { Encoder } from "../../../src/api/stream/stream.ts";
import { isOpen } from "../../../src/domain/dispatch/status.ts";
import type { Asset } from "../../../src/domain/fleet/asset.ts";
import type { FleetChange } from "../../../src/domain/fleet/change.ts";
import { WHOLE } from "../../../src/domain/identity/scope.ts";
import type { FleetStore } from "../../../src/domain/ports/fleet-store.ts";
import type { Frame } from "../../../src/domain/telemetry/frame.ts";
import { createChangeFeed } from "../../../src/services/data-point/changes.ts";
import type { FleetChangeResult } from "../../../src/services/fleet/queue.ts";
import type { ReloadResult } from "../../../src/services/fleet/reload.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import fc from "../../support/fast-check.ts";
import {
  assetOf,
  createFleetRecord,
  fleetFixture,
  registration,
} from "../../support/fleet-fixture.ts";
import { createSink } from "../../support/hub-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";
import { DT_S, SITE } from "../../support/tick-tables.ts";

const RUN = "run";
const TICKS = { minLength: 8, maxLength: 16 };
/** How long a tick is under way when its requests come, in ms. */
const REQUESTED_MS = 1_000;
const OTHER_SITE = { ...SITE, id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02", name: "Imatra" };
const SITES = [SITE, OTHER_SITE];
/** The first assets are those of the file, the others those of the API. */
const FILE = [1, 2, 3, 4];
const API = [5, 6, 7, 8];
const siteIdOf = (n: number) => (n % 2 === 0 ? SITE : OTHER_SITE).id;

const anyFileNumber = fc.constantFrom(...FILE);
const anyApiNumber = fc.constantFrom(...API);
const anyNumber = fc.oneof(anyFileNumber, anyApiNumber);
const anyUpdate = fc.record(
  {
    capacityMwhr: fc.constantFrom(9, 36, 50),
    maxMw: fc.constantFrom(5, 30),
    siteId: fc.constantFrom(...SITES.map(({ id }) => id)),
    name: fc.constantFrom("one", "other"),
  },
  { requiredKeys: [] },
);
const anyChange: fc.Arbitrary<FleetChange> = fc.oneof(
  anyApiNumber.map((n) => registration(n, { siteId: siteIdOf(n) })),
  fc.tuple(anyNumber, anyUpdate).map(([n, update]) => ({
    kind: "updateAsset" as const,
    assetId: bigAssetId(n),
    update,
  })),
  anyNumber.map((n) => ({ kind: "retireAsset" as const, assetId: bigAssetId(n) })),
);
const anyFile = fc.uniqueArray(
  fc.record({ n: anyFileNumber, retired: fc.boolean(), capacityMwhr: fc.constantFrom(9, 36) }),
  { minLength: 1, selector: ({ n }) => n },
);
const anyCall = fc.oneof(
  fc.record({
    kind: fc.constant("change" as const),
    changes: fc.array(anyChange, { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant("reload" as const), file: anyFile }),
  fc.record({
    kind: fc.constant("dispatch" as const),
    n: anyNumber,
    mw: fc.integer({ min: -8, max: 8 }),
    durationS: fc.constantFrom(null, 6, 30),
    startInS: fc.constantFrom(0, 5, 14),
  }),
  fc.record({ kind: fc.constant("back" as const), ticks: fc.nat(6) }),
);
type GraphRequest = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;
/** The requests of one tick, and whether the writes that wait are stored in it. */
const anyTick = fc.record({ requests: fc.array(anyCall, { maxLength: 3 }), keeps: fc.boolean() });

/** A store that stores when it is called to. */
function createSlowStore() {
  const { store } = createFleetRecord();
  let waiting: (() => void)[] = [];
  const put: FleetStore["put"] = (difference) =>
    new Promise((resolve) => waiting.push(() => resolve(store.put(difference))));
  const keep = () => {
    for (const go of waiting) go();
    waiting = [];
  };
  return { store: { ...store, put }, keep };
}

/** Encodes the ids of the samples of a payload. */
const idsEncoder = (key: string): Encoder => ({
  key,
  encode: ({ frame, kind, missedTicks }, selections) =>
    selections.map((indexes) => {
      const all = frame.table.assets.map((_, index) => index);
      const ids = (indexes ?? all).map((index) => frame.table.assets[index]?.id ?? "torn");
      return new Payload(JSON.stringify({ tick: frame.tick, kind, missedTicks, ids }), "");
    }),
});

interface Seen {
  readonly tick: number;
  readonly kind: string;
  readonly missedTicks: number | null;
  readonly ids: readonly string[];
}

function createApplication() {
  const { store, keep } = createSlowStore();
  const assets = FILE.map((n) => assetOf(n, { siteId: siteIdOf(n) }));
  const fixture = fleetFixture({ store, assets, sites: SITES });
  const { telemetry, backfill } = fixture;
  const { events } = fixture.dispatch;
  const hub = createHub({
    ...{
      telemetry,
      events,
      backfill,
      log: silentLog,
      runId: RUN,
      limits: { slowClientS: 1 },
      observe: () => {},
    },
    alarmEvents: fixture.alarms.events,
    auditEvents: fixture.audit.events,
    dataPointChanges: createChangeFeed(createMemoryDataPointStore()),
  });
  const join = (
    selection: Parameters<typeof selectionOf>[0],
    after?: number,
    changesOnly = false,
  ) => {
    const sink = createSink();
    const request = {
      ...{ ...selectionOf(selection, WHOLE), everyTicks: 1, changesOnly },
      after: after === undefined ? undefined : { runId: RUN, timestampMs: after * DT_S * 1000 },
    };
    hub.join(idsEncoder(String(changesOnly)), request, sink);
    return () => sink.payloads.map(({ text }) => JSON.parse(text) as Seen);
  };
  const frames: Frame[] = [telemetry.latest()];
  telemetry.follow((frame) => frames.push({ ...frame, ...copyOf(frame) }));
  return { ...fixture, join, frames, keep };
}

function copyOf({ socMwhr, currentMw, setpointMw, energyInMwhr, energyOutMwhr }: Frame) {
  return {
    socMwhr: socMwhr.slice(),
    currentMw: currentMw.slice(),
    setpointMw: setpointMw.slice(),
    energyInMwhr: energyInMwhr.slice(),
    energyOutMwhr: energyOutMwhr.slice(),
  };
}

const fileOf = (call: Extract<GraphRequest, { kind: "reload" }>): readonly Asset[] =>
  call.file.map(({ n, ...fields }) => assetOf(n, { siteId: siteIdOf(n), ...fields }));

/** The ids that run once an accepted request is in force. */
function idsAfter(ids: ReadonlySet<string>, call: GraphRequest): ReadonlySet<string> {
  const next = new Set(ids);
  if (call.kind === "reload") {
    for (const n of FILE) next.delete(bigAssetId(n));
    for (const { id, retired } of fileOf(call)) if (!retired) next.add(id);
  }
  if (call.kind === "change")
    for (const change of call.changes) {
      if (change.kind === "registerAsset") next.add(change.asset.id);
      if (change.kind === "retireAsset") next.delete(change.assetId);
    }
  return next;
}

/** Each asset that runs in two frames continues in its state; an asset that comes begins with its last meters. */
function checkMeters(before: Frame, frame: Frame, leftMwhr: Map<string, readonly number[]>): void {
  for (const [index, { id }] of before.table.assets.entries())
    leftMwhr.set(id, [before.energyInMwhr[index] as number, before.energyOutMwhr[index] as number]);
  for (const [index, { id }] of frame.table.assets.entries()) {
    const [inMwhr = 0, outMwhr = 0] = leftMwhr.get(id) ?? [];
    const tickMwhr = ((frame.currentMw[index] as number) * DT_S) / 3600;
    expect(frame.energyInMwhr[index]).toBe(inMwhr + Math.max(0, -tickMwhr));
    expect(frame.energyOutMwhr[index]).toBe(outMwhr + Math.max(0, tickMwhr));
  }
}

type Application = ReturnType<typeof createApplication>;
type Answer = Promise<FleetChangeResult | ReloadResult>;

/** Runs the ticks of a fleet with the requests of each. */
async function run(
  fixture: Application,
  ticks: readonly { requests: readonly GraphRequest[]; keeps: boolean }[],
) {
  const { fleet, dispatch, telemetry, clock, flushed, join, keep } = fixture;
  const first = telemetry.latest().tick;
  const requested: { readonly call: GraphRequest; readonly answer: Answer }[] = [];
  const backs: { readonly since: number; readonly seen: () => Seen[] }[] = [];
  let endedCount = 0;

  async function perform(call: GraphRequest): Promise<void> {
    if (call.kind === "change") requested.push({ call, answer: fleet.change(call.changes) });
    else if (call.kind === "reload") {
      const given = { sites: SITES, assets: fileOf(call) };
      requested.push({ call, answer: fleet.reload(given, "file") });
    } else if (call.kind === "dispatch") {
      const { n, mw, durationS, startInS } = call;
      const startAtMs = clock.nowMs() + startInS * 1000;
      await dispatch.dispatch({ assetId: bigAssetId(n), mw, durationS, startAtMs });
    } else {
      const since = Math.max(first, telemetry.latest().tick - call.ticks);
      backs.push({ since, seen: join({}, since) });
    }
  }

  /** Runs a tick, in which requests come that are stored before it ends. */
  async function runTick(requests: readonly GraphRequest[], keeps: boolean): Promise<void> {
    clock.advance(REQUESTED_MS);
    for (const call of requests) await perform(call);
    await flushed();
    if (keeps) keep();
    await flushed();
    const open = (await dispatch.list({ limit: 10_000 }))
      .map((listed) => listed.dispatch)
      .filter((it) => isOpen(it));
    const expected = fleet.table();
    clock.advance(DT_S * 1000 - REQUESTED_MS);
    const { table } = telemetry.latest();
    expect(table).toBe(expected);
    for (const { id } of open.filter((it) => table.indexOf(it.assetId) === undefined)) {
      endedCount++;
      expect((await dispatch.eventsOf(id)).at(-1)).toMatchObject({
        to: "failed",
        reason: "RETIRED",
      });
    }
  }

  for (const { requests, keeps } of ticks) await runTick(requests, keeps);
  // Each change waits at most for one of its own, and for one removal.
  for (let n = 0; n < 2 + 2 * requested.length; n++) await runTick([], true);
  return { requested, backs, endedCount };
}

const idsOf = ({ table }: Frame) => table.assets.map(({ id }) => id);

function checkFrames(frames: readonly Frame[]): void {
  const leftMwhr = new Map<string, readonly number[]>();
  for (const [n, frame] of frames.entries()) {
    const { table, socMwhr, currentMw } = frame;
    expect([socMwhr.length, currentMw.length]).toEqual(Array(2).fill(table.assets.length));
    for (const [index, { capacityMwhr, maxMw, minMw }] of table.assets.entries()) {
      expect(socMwhr[index]).toBeLessThanOrEqual(capacityMwhr);
      expect(currentMw[index]).toBeLessThanOrEqual(maxMw);
      expect(currentMw[index]).toBeGreaterThanOrEqual(minMw);
    }
    const before = frames[n - 1];
    if (before === undefined) continue;
    checkMeters(before, frame, leftMwhr);
    // An asset that left the file begins anew if it returns.
    for (const id of leftMwhr.keys()) if (table.findAsset(id) === undefined) leftMwhr.delete(id);
  }
}

/** Each frame reached each subscriber once, with the selected assets of its table. */
function checkSeen(
  frames: readonly Frame[],
  seen: readonly Seen[],
  isMeant: (it: Asset) => boolean,
) {
  const expected = frames.map(({ tick, table }) => ({
    tick,
    missedTicks: 0,
    ids: table.assets.filter(isMeant).map(({ id }) => id),
  }));
  expect(seen.map(({ tick, missedTicks, ids }) => ({ tick, missedTicks, ids }))).toEqual(expected);
}

/** A subscriber whose assets changed gets the whole state. */
function checkChanges(frames: readonly Frame[], seen: readonly Seen[]): void {
  const indexOf = new Map(frames.map(({ tick }, index) => [tick, index]));
  for (const { tick, kind, ids } of seen) {
    const index = indexOf.get(tick) as number;
    const frame = frames[index] as Frame;
    const isOther = frames[index - 1]?.table !== frame.table;
    expect(kind).toBe(isOther ? "snapshot" : "tick");
    if (isOther) expect(ids).toEqual(idsOf(frame));
  }
}

test("frames are whole, meters continue, and dispatches of retired assets end", async () => {
  const counts = { accepted: 0, refused: 0, ended: 0, back: 0 };
  const history = fc.asyncProperty(fc.array(anyTick, TICKS), async (ticks) => {
    const fixture = createApplication();
    const { join, frames } = fixture;
    const [all, ofChanges] = [join({}), join({}, undefined, true)];
    const ofSite = join({ siteIds: [SITE.id] });
    const named = [bigAssetId(1), bigAssetId(4)];
    const ofIds = join({ assetIds: named });
    const { requested, backs, endedCount } = await run(fixture, ticks);

    let ids: ReadonlySet<string> = new Set(FILE.map(bigAssetId));
    for (const { call, answer } of requested) {
      const { accepted } = await answer;
      counts[accepted ? "accepted" : "refused"]++;
      if (accepted) ids = idsAfter(ids, call);
    }
    expect(idsOf(fixture.telemetry.latest())).toEqual([...ids].sort());
    counts.ended += endedCount;
    counts.back += backs.length;

    checkFrames(frames);
    checkSeen(frames, all(), () => true);
    checkSeen(frames, ofSite(), ({ siteId }) => siteId === SITE.id);
    checkSeen(frames, ofIds(), ({ id }) => named.includes(id));
    checkChanges(frames, ofChanges());
    for (const { since, seen } of backs)
      checkSeen(
        frames.filter(({ tick }) => tick > since),
        seen(),
        () => true,
      );
  });
  await fc.assert(history, { numRuns: 150 });
  expect(counts.accepted).toBeGreaterThan(300);
  expect(counts.refused).toBeGreaterThan(100);
  expect(counts.ended).toBeGreaterThan(50);
  expect(counts.back).toBeGreaterThan(100);
}, 60_000);
