// Sites and assets that come, change and go while a fleet ticks.
import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/domain/base/fault.ts";
import type { FleetStore } from "../../../src/domain/ports/fleet-store.ts";
import type { Frame } from "../../../src/domain/telemetry/frame.ts";
import { clockWithLateTimers, NOW_MS } from "../../support/dispatch-fixture.ts";
import {
  assetOf,
  createFleetRecord,
  fleetFixture,
  registration,
} from "../../support/fleet-fixture.ts";
import { DT_S, SITE } from "../../support/tick-tables.ts";

const [A, B, C] = [assetOf(1), assetOf(2), assetOf(3)];
const NEW_SITE = { id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02", name: "Imatra", location: "Imatra" };
const unavailable = () => new Fault("STORE_UNAVAILABLE", "unavailable", { retryable: true });

/** The answer so far: undefined while it is pending. */
function watch<T>(answer: Promise<T>): { value?: T } {
  const seen: { value?: T } = {};
  answer.then(
    (value) => {
      seen.value = value;
    },
    () => {},
  );
  return seen;
}

describe("a change", () => {
  test("is in the fleet once it is stored, in force at the next instant of the grid, and only then answered", async () => {
    const { fleet, idsNow, flushed, clock, telemetry } = fleetFixture();
    const before = telemetry.latest().table;
    clock.advance(1_000);
    const answer = watch(fleet.change([registration(3)]));
    await flushed();
    expect(fleet.table().assets).toHaveLength(3);
    expect(fleet.origins().get(C.id)).toBe("api");
    expect(telemetry.latest().table).toBe(before);
    clock.advance(2_999);
    await flushed();
    expect([telemetry.latest().table, answer]).toEqual([before, {}]);
    const frames: Frame[] = [];
    telemetry.follow((frame) => frames.push(frame));
    clock.advance(1);
    await flushed();
    expect(idsNow()).toEqual([A.id, B.id, C.id]);
    expect(telemetry.latest().table).toBe(fleet.table());
    // The tick up to that instant was of the fleet before, and so is its frame.
    expect(telemetry.latest().timestampMs).toBe(frames[0]?.timestampMs);
    expect(frames.map(({ table }) => table)).toEqual([before]);
    expect(telemetry.recent()).toEqual(frames);
    clock.advance(DT_S * 1000);
    expect(frames[1]?.table).toBe(fleet.table());
    expect(answer.value).toEqual({ accepted: true, table: fleet.table(), clamps: [] });
  });

  test("at an instant of the grid is in force at once, before the next tick", async () => {
    const { fleet, dispatch, clock, sampleOf, telemetry } = fleetFixture();
    expect(await fleet.change([registration(3)])).toMatchObject({ accepted: true });
    expect(telemetry.latest()).toMatchObject({ timestampMs: clock.nowMs(), table: fleet.table() });
    expect(telemetry.recent()).toEqual([]);
    await dispatch.dispatch({ assetId: C.id, mw: 2, durationS: null });
    clock.advance(DT_S * 1000);
    expect(sampleOf(C.id)).toMatchObject({ setpointMw: 2, currentMw: 2 });
  });

  test("that is stored while a tick is due and late is in force after that tick", async () => {
    const timers = clockWithLateTimers(500);
    const { fleet, flushed, telemetry } = fleetFixture({ clock: timers });
    timers.advance(DT_S * 1000 + 200);
    const answer = watch(fleet.change([registration(3)]));
    await flushed();
    expect(telemetry.latest().timestampMs).toBe(NOW_MS + DT_S * 1000);
    expect([telemetry.latest().table.assets.length, answer]).toEqual([2, {}]);
    timers.advance(DT_S * 1000 + 500);
    await flushed();
    expect([telemetry.latest().table.assets.length, answer.value?.accepted]).toEqual([3, true]);
  });

  test("is stored before it is in the fleet, with what differs alone", async () => {
    const { store, puts } = createFleetRecord();
    let keep = () => {};
    const slow: FleetStore = {
      ...store,
      put: (difference) =>
        new Promise((resolve) => {
          keep = () => resolve(store.put(difference));
        }),
    };
    const { fleet, flushed, tick, idsNow } = fleetFixture({ store: slow });
    const answer = watch(fleet.change([{ kind: "registerSite", site: NEW_SITE }, registration(3)]));
    await tick();
    expect([idsNow(), fleet.table().sites]).toEqual([[A.id, B.id], [SITE]]);
    keep();
    await flushed();
    expect(fleet.table().sites).toHaveLength(2);
    expect(puts).toMatchObject([{ sites: [NEW_SITE], assets: [C] }]);
    expect(puts[0]?.originOf(C.id)).toBe("api");
    await tick();
    expect(answer.value).toMatchObject({ accepted: true });
  });

  test("that is refused changes nothing, is stored nowhere, and is answered at once", async () => {
    const { store, puts } = createFleetRecord();
    const { fleet, tick, telemetry, lines } = fleetFixture({ store });
    const before = fleet.table();
    const refused = await fleet.change([registration(3), registration(1)]);
    expect(refused).toMatchObject({
      accepted: false,
      refusals: [{ index: 1, code: "ASSET_EXISTS", field: "id" }],
    });
    await tick();
    expect([fleet.table(), telemetry.latest().table]).toEqual([before, before]);
    expect([puts, lines]).toEqual([[], []]);
  });

  test("of nothing is accepted, and changes nothing", async () => {
    const { store, puts } = createFleetRecord();
    const { change, fleet, lines } = fleetFixture({ store });
    await change(registration(3));
    const before = fleet.table();
    const update = { kind: "updateAsset", assetId: C.id, update: { maxMw: C.maxMw } } as const;
    expect(await change(update)).toEqual({ accepted: true, table: before, clamps: [] });
    expect([puts.length, lines.length]).toEqual([1, 1]);
  });

  test("returns what was clamped, stored energy too, each request its own", async () => {
    const { change, fleet, tick, sampleOf } = fleetFixture();
    await change(registration(3, { fallbackMw: 20 }), registration(4));
    const update = (assetId: string, fields: object) =>
      fleet.change([{ kind: "updateAsset", assetId, update: fields }]);
    const answers = Promise.all([
      update(C.id.toUpperCase(), { maxMw: 10, capacityMwhr: 12 }),
      update(assetOf(4).id, { capacityMwhr: 72 }),
    ]);
    await tick();
    const [clamped, grown] = await answers;
    expect(clamped).toMatchObject({
      clamps: [
        { assetId: C.id, field: "fallbackMw", from: 20, to: 10 },
        { assetId: C.id, field: "socMwhr", from: 18, to: 12 },
      ],
    });
    expect(grown).toMatchObject({ accepted: true, clamps: [] });
    expect(sampleOf(C.id)).toMatchObject({ socMwhr: 12, socPct: 100 });
    expect(sampleOf(assetOf(4).id)).toMatchObject({ socMwhr: 18, socPct: 25 });
  });

  test("of a rating leaves dispatches to be cut: running or waiting, in either direction", async () => {
    const { change, clock, dispatch, fleet, tick } = fleetFixture({ origin: "api" });
    const accept = async (mw: number, startS?: number) => {
      const startAtMs = startS === undefined ? undefined : clock.nowMs() + startS * 1000;
      const result = await dispatch.dispatch({ assetId: A.id, mw, durationS: 60, startAtMs });
      return result.accepted ? result.dispatch.id : undefined;
    };
    const running = await accept(12);
    const waiting = await accept(-12, 300);
    await accept(6, 600);
    await tick();
    expect(dispatch.cutOf(A.id)).toEqual([]);
    await change({ kind: "updateAsset", assetId: A.id, update: { maxMw: 6, minMw: -6 } });
    expect(dispatch.cutOf(A.id.toUpperCase())).toMatchObject([
      { id: running, status: "active" },
      { id: waiting, status: "accepted" },
    ]);
    expect(dispatch.cutOf(B.id)).toEqual([]);
    await change({ kind: "retireAsset", assetId: A.id });
    expect([fleet.table().assets.length, dispatch.cutOf(A.id)]).toEqual([1, []]);
  });

  test("where the store is unavailable is refused, changes nothing, and later ones are accepted", async () => {
    const { store } = createFleetRecord();
    let isUnavailable = true;
    const put: FleetStore["put"] = async (difference) => {
      if (isUnavailable) throw unavailable();
      await store.put(difference);
    };
    const { fleet, tick, idsNow, change } = fleetFixture({ store: { ...store, put } });
    const [stored, invalid] = await Promise.allSettled([
      fleet.change([registration(3)]),
      fleet.change([registration(1)]),
    ]);
    expect(stored).toMatchObject({ reason: { code: "STORE_UNAVAILABLE" } });
    expect(invalid).toMatchObject({ value: { accepted: false } });
    await tick();
    expect([idsNow(), fleet.table().assets.length]).toEqual([[A.id, B.id], 2]);
    isUnavailable = false;
    expect(await change(registration(3))).toMatchObject({ accepted: true });
    expect(idsNow()).toEqual([A.id, B.id, C.id]);
  });

  test("is refused while the fleet does not run, and none is left pending", async () => {
    const { fleet, ticker, clock, flushed } = fleetFixture({ starts: false });
    const early = fleet.change([registration(3)]);
    await expect(early).rejects.toMatchObject({ code: "NOT_READY", retryable: true });
    ticker.start();
    clock.advance(1_000);
    const stored = fleet.change([registration(4)]);
    await flushed();
    const late = fleet.change([registration(5)]);
    ticker.stop();
    fleet.stop();
    expect(await stored).toMatchObject({ accepted: true });
    expect(await late).toMatchObject({ accepted: true });
    await expect(fleet.reload({ sites: [], assets: [] }, "file")).rejects.toThrow("does not run");
  });

  test("that still waits for its turn when the fleet stops is not made", async () => {
    const { store } = createFleetRecord();
    let keep = () => {};
    const put = () =>
      new Promise<void>((resolve) => {
        keep = resolve;
      });
    const { fleet, ticker, flushed } = fleetFixture({ store: { ...store, put } });
    const first = fleet.change([registration(3)]);
    await flushed();
    const second = fleet.change([registration(4)]);
    ticker.stop();
    fleet.stop();
    await expect(second).rejects.toMatchObject({ code: "NOT_READY" });
    keep();
    expect(await first).toMatchObject({ accepted: true });
    expect(fleet.table().assets).toHaveLength(3);
  });
});

describe("changes that come together", () => {
  test("are decided each by itself and come with one tick, from all clients", async () => {
    const { fleet, tick, clock, idsNow, lines, flushed } = fleetFixture();
    clock.advance(1_000);
    const requested = [
      registration(3),
      registration(3),
      registration(4, { siteId: NEW_SITE.id }),
      { kind: "retireAsset", assetId: C.id } as const,
    ].map((change) => fleet.change([change]));
    await flushed();
    requested.push(fleet.change([registration(5)]));
    await tick();
    expect((await Promise.all(requested)).map(({ accepted }) => accepted)).toEqual([
      ...[true, false, false, true, true],
    ]);
    expect(idsNow()).toEqual([A.id, B.id, assetOf(5).id]);
    expect(fleet.table().retired).toMatchObject([{ id: C.id }]);
    expect(lines).toMatchObject([
      {
        fields: { assets: { added: 2, changed: 0, retired: 1, gone: 0 } },
        text: "the fleet changed: 3 assets at 1 sites",
      },
    ]);
  });

  test("cost one table, not one each", async () => {
    const count = 10_000;
    const { fleet, tick, idsNow, clock } = fleetFixture();
    clock.advance(1_000);
    const beganMs = performance.now();
    const requested = Array.from({ length: count }, async (_, n) => {
      // Each in a separate turn of the event loop, as requests arrive.
      await new Promise((resolve) => setImmediate(resolve));
      return fleet.change([registration(n + 10)]);
    });
    while (fleet.table().assets.length < count) await tick();
    clock.advance(DT_S * 1000);
    const answers = await Promise.all(requested);
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    expect(answers.every(({ accepted }) => accepted)).toBe(true);
    expect(idsNow()).toHaveLength(count + 2);
  });

  test("are counted by their outcomes", async () => {
    const { fleet, tick, reload } = fleetFixture();
    const requested = [registration(3), registration(3), registration(4, { maxMw: -1 })];
    const answers = Promise.all(requested.map((change) => fleet.change([change])));
    await tick();
    await answers;
    await reload([A, B, C]);
    expect(fleet.outcomes().get("registerAsset")).toEqual(
      new Map([
        ["accepted", 1],
        ["ASSET_EXISTS", 1],
        ["ASSET_INVALID", 1],
      ]),
    );
    expect(fleet.outcomes().get("reload")).toEqual(new Map([["INVALID", 1]]));
  });
});

describe("an asset that is retired", () => {
  test("stops, its dispatches end, and it is read as it was", async () => {
    const { change, dispatch, announced, tick, sampleOf, fleet } = fleetFixture();
    await change(registration(3));
    const requested = await dispatch.dispatch({ assetId: C.id, mw: 2, durationS: null });
    await tick();
    expect(sampleOf(C.id)).toMatchObject({ setpointMw: 2 });
    await change({ kind: "retireAsset", assetId: C.id });
    expect(sampleOf(C.id)).toBeUndefined();
    expect(fleet.table().findAsset(C.id)).toMatchObject({ retired: true });
    expect(announced.at(-1)).toMatchObject({ to: "failed", reason: "RETIRED" });
    if (!requested.accepted) throw new Error("refused");
    expect(await dispatch.find(requested.dispatch.id)).toMatchObject({ status: "failed" });
    expect(await dispatch.dispatch({ assetId: C.id, mw: 1, durationS: null })).toMatchObject({
      refusal: { code: "ASSET_RETIRED" },
    });
  });

  test("in the file continues in its last state when the file names it again", async () => {
    const { reload, dispatch, sampleOf, tick } = fleetFixture();
    await dispatch.dispatch({ assetId: A.id, mw: 2, durationS: null });
    await tick();
    const left = sampleOf(A.id);
    const gone = await reload([{ ...A, retired: true }, B]);
    expect(gone).toMatchObject({ counts: { assets: { retired: 1, changed: 0 } } });
    await tick();
    const back = await reload([A, B]);
    expect(back).toMatchObject({ counts: { assets: { added: 0, retired: 0, changed: 1 } } });
    expect(sampleOf(A.id)).toMatchObject({
      socMwhr: left?.socMwhr,
      energyOutMwhr: left?.energyOutMwhr,
      setpointMw: 0,
    });
  });

  test("and then gone from the file begins anew once the file has it again", async () => {
    const { reload, dispatch, sampleOf, tick } = fleetFixture();
    await dispatch.dispatch({ assetId: A.id, mw: 2, durationS: null });
    await tick();
    await reload([{ ...A, retired: true }, B]);
    await reload([B]);
    await reload([A, B]);
    expect(sampleOf(A.id)).toMatchObject({ socMwhr: 18, energyOutMwhr: 0 });
  });

  test("before this run continues in its last stored state", async () => {
    const { store } = createFleetRecord();
    const left = { timestampMs: 4_000, socMwhr: 7, currentMw: 0, setpointMw: 0 };
    const meters = { energyInMwhr: 3, energyOutMwhr: 4 };
    const statesOf: FleetStore["statesOf"] = async (ids) =>
      new Map(ids.map((id) => [id, { ...left, ...meters }]));
    const { reload, sampleOf } = fleetFixture({
      store: { ...store, statesOf },
      assets: [{ ...A, retired: true }, B],
    });
    await reload([A, B, C]);
    expect(sampleOf(A.id)).toMatchObject({ socMwhr: 7, ...meters });
    expect(sampleOf(C.id)).toMatchObject({ socMwhr: 18, energyOutMwhr: 0 });
  });
});

describe("a file that is read again", () => {
  test("replaces the file before it, and leaves what came by the API", async () => {
    const { store, puts } = createFleetRecord();
    const { change, reload, idsNow, fleet, lines } = fleetFixture({ store });
    await change(registration(3));
    puts.length = 0;
    const result = await reload([{ ...B, maxMw: 10 }, assetOf(4)]);
    expect(result).toEqual({
      accepted: true,
      counts: {
        sites: { added: 0, changed: 0, retired: 0, gone: 0 },
        assets: { added: 1, changed: 1, retired: 0, gone: 1 },
      },
      clamps: [],
    });
    expect(idsNow()).toEqual([B.id, C.id, assetOf(4).id]);
    expect(fleet.table().findAsset(A.id)).toBeUndefined();
    expect([A.id, C.id, B.id].map(fleet.originOf)).toEqual(["file", "api", "file"]);
    expect(puts).toMatchObject([{ sites: [], assets: [{ id: B.id }, { id: assetOf(4).id }] }]);
    expect(puts[0]?.originOf(B.id)).toBe("file");
    expect(lines.at(-1)?.fields).toMatchObject({ assets: { added: 1, changed: 1, gone: 1 } });
  });

  test("returns what it clamped, without the clamps of others", async () => {
    const { reload, change, fleet } = fleetFixture();
    await change(registration(3));
    const update = { kind: "updateAsset", assetId: C.id, update: { capacityMwhr: 8 } } as const;
    const [own, others] = await Promise.all([
      reload([A, { ...B, capacityMwhr: 9 }]),
      fleet.change([update]),
    ]);
    const clamp = { field: "socMwhr", from: 18 };
    expect(own).toMatchObject({ clamps: [{ ...clamp, assetId: B.id, to: 9 }] });
    expect(others).toMatchObject({ clamps: [{ ...clamp, assetId: C.id, to: 8 }] });
  });

  test("replaces the default fleet, and removes none of its data", async () => {
    const { store, puts, pruned } = createFleetRecord();
    const { reload, fleet } = fleetFixture({ store, origin: "default", mayPrune: false });
    await reload([B]);
    expect(puts).toMatchObject([{ sites: [{ id: SITE.id }], assets: [{ id: B.id }] }]);
    expect(fleet.origins()).toEqual(
      new Map([
        [SITE.id, "file"],
        [B.id, "file"],
      ]),
    );
    expect(pruned.flat()).toEqual([]);
  });

  test("with the id of something of the API is refused with its place, and changes nothing", async () => {
    const { fleet, change } = fleetFixture();
    await change(registration(3));
    const before = fleet.table();
    const result = await fleet.reload({ sites: [SITE], assets: [A, B, C] }, "file");
    expect(result).toMatchObject({ violations: [{ list: "assets", index: 2, field: "id" }] });
    expect(fleet.table()).toBe(before);
  });

  test("without more than half of its assets is refused, unless that is meant", async () => {
    const assets = [A, B, C];
    const careful = fleetFixture({ assets, mayPrune: false });
    const refused = await careful.fleet.reload({ sites: [SITE], assets: [A] }, "file");
    expect(refused).toMatchObject({ accepted: false, refusal: { code: "PRUNE_REFUSED" } });
    expect(refused).toMatchObject({ refusal: { message: expect.stringContaining("2 of 3") } });
    expect(careful.fleet.table().assets).toHaveLength(3);
    expect(await careful.reload([A, B])).toMatchObject({ accepted: true });
    const meant = fleetFixture({ assets, mayPrune: true });
    expect(await meant.reload([A])).toMatchObject({ counts: { assets: { gone: 2 } } });
  });

  test("removes the data of assets that left it, once no frame has them", async () => {
    const { store, puts, pruned } = createFleetRecord();
    let remove: (() => void) | undefined;
    const prune = async (goneIds: readonly string[]) => {
      await new Promise<void>((resolve) => {
        remove = resolve;
      });
      await store.prune(goneIds);
    };
    const fixture = fleetFixture({
      store: { ...store, prune },
      sites: [SITE, { ...SITE, id: NEW_SITE.id }],
    });
    const { flushed, tick, sampleOf, fleet, clock } = fixture;
    clock.advance(1_000);
    const requested = fleet.reload({ sites: [SITE], assets: [B] }, "file");
    await flushed();
    expect(remove).toBeUndefined();
    await tick();
    expect(await requested).toMatchObject({ counts: { assets: { gone: 1 }, sites: { gone: 1 } } });
    expect([sampleOf(A.id), pruned]).toEqual([undefined, []]);
    // An asset that comes again is stored after it was removed, and begins anew.
    const again = watch(fleet.reload({ sites: [SITE], assets: [A, B] }, "file"));
    await tick();
    // The first one removed an asset, and stored its record alone.
    expect([puts, again]).toMatchObject([[{ sites: [], assets: [] }], {}]);
    remove?.();
    await tick();
    expect(pruned).toEqual([[A.id]]);
    expect(puts.slice(1)).toMatchObject([{ assets: [{ id: A.id }] }]);
    expect(again.value).toMatchObject({ counts: { assets: { added: 1 } } });
    expect(sampleOf(A.id)).toMatchObject({ socMwhr: 18 });
  });

  test("leaves that removal to the next start where the fleet stops meanwhile", async () => {
    const { store, pruned } = createFleetRecord();
    const { fleet, ticker, clock, flushed } = fleetFixture({ store });
    clock.advance(1_000);
    const requested = fleet.reload({ sites: [SITE], assets: [B] }, "file");
    await flushed();
    ticker.stop();
    fleet.stop();
    expect(await requested).toMatchObject({ accepted: true });
    await flushed();
    expect(pruned).toEqual([]);
  });

  test("is in force also where what went cannot be removed, and later ones are accepted", async () => {
    const { store } = createFleetRecord();
    const prune = () => Promise.reject(unavailable());
    const { reload, lines, idsNow } = fleetFixture({ store: { ...store, prune } });
    expect(await reload([B])).toMatchObject({ accepted: true });
    expect(lines.filter(({ level }) => level === "warn")).toHaveLength(1);
    await reload([A, B]);
    expect(idsNow()).toEqual([A.id, B.id]);
  });

  test("of the default fleet has nothing removed", async () => {
    const { store, pruned } = createFleetRecord();
    const { fleet, tick, idsNow } = fleetFixture({ store });
    const requested = fleet.reload({ sites: [SITE], assets: [B] }, "default");
    await tick();
    expect(await requested).toMatchObject({ counts: { assets: { gone: 1 } } });
    expect([idsNow(), pruned]).toEqual([[B.id], []]);
  });

  test("takes its turn among changes", async () => {
    const { fleet, tick, idsNow } = fleetFixture();
    const answers = Promise.all([
      fleet.change([registration(3)]),
      fleet.reload({ sites: [SITE], assets: [A, B, C] }, "file"),
      fleet.change([registration(4)]),
      fleet.reload({ sites: [SITE], assets: [A, assetOf(5)] }, "file"),
      fleet.change([registration(5)]),
    ]);
    await tick();
    expect((await answers).map(({ accepted }) => accepted)).toEqual([
      ...[true, false, true, true, false],
    ]);
    expect(idsNow()).toEqual([A.id, C.id, assetOf(4).id, assetOf(5).id]);
  });
});

test("a stored fleet continues in its last state, with what came by the API", async () => {
  const { fleet, ticker, telemetry, simulator, dispatch, change, tick, idsNow, sampleOf, clock } =
    fleetFixture({ starts: false });
  const before = fleetFixture();
  await before.change(registration(3));
  const timestampMs = clock.nowMs() + 10 * DT_S * 1000;
  const left = { timestampMs, socMwhr: 7, currentMw: 1, setpointMw: 0 };
  const states = new Map([[C.id, { ...left, energyInMwhr: 3, energyOutMwhr: 4 }]]);
  const opened = { table: before.fleet.table(), origins: before.fleet.origins(), states };
  expect(fleet.restore(opened, clock.nowMs())).toBe(timestampMs);
  expect(simulator.latest().timestampMs).toBe(timestampMs);
  telemetry.begin(simulator.latest());
  await dispatch.restore(timestampMs);
  clock.advance(timestampMs - clock.nowMs());
  ticker.start();
  await tick();
  expect(idsNow()).toEqual([A.id, B.id, C.id]);
  expect(telemetry.latest().timestampMs).toBe(timestampMs + DT_S * 1000);
  expect(sampleOf(C.id)).toMatchObject({ socMwhr: 7, energyInMwhr: 3, currentMw: 0 });
  expect(await change(registration(3))).toMatchObject({ refusals: [{ code: "ASSET_EXISTS" }] });
  expect(await dispatch.dispatch({ assetId: C.id, mw: 1, durationS: null })).toMatchObject({
    accepted: true,
  });
});
