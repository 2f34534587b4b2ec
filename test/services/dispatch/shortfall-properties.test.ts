// Whatever is requested, cancelled, lost and changed, with restarts: each promise is delivered in full, or says what it
// lacks.

import { expect, test } from "vitest";
import type { Dispatch } from "../../../src/domain/dispatch/dispatch.ts";
import { isOpen } from "../../../src/domain/dispatch/status.ts";
import fc from "../../support/fast-check.ts";
import {
  anyCalls,
  anyFleet,
  type PromiseHistory,
  promiseHistory,
} from "../../support/promise-history.ts";

const LEAST_MWHR = 1e-7;

/** The events with which a dispatch reported that it lacks energy, or no longer does. */
function reportsOf({ events }: PromiseHistory, { id }: Dispatch) {
  return events.filter(
    ({ dispatchId, reason }) => dispatchId === id && reason?.startsWith("SHORTFALL"),
  );
}

/** Energy that a dispatch lacked by the law of the history, in MWh; undefined where it is not known. */
function missingOf({ energies }: PromiseHistory, { id, mw }: Dispatch): number | undefined {
  const energy = energies.get(id);
  if (energy === undefined) return 0;
  if (!energy.isKnown) return undefined;
  return Math.sign(mw) * (energy.demandedMwhr - energy.deliveredMwhr);
}

function expectReports(history: PromiseHistory, it: Dispatch): void {
  const reports = reportsOf(history, it);
  expect(reports.every(({ from, to }) => from === to)).toBe(true);
  const names = reports.map(({ reason }) => reason);
  expect(names).toEqual(
    names.map((_, n) => (n % 2 === 0 ? "SHORTFALL_EXPECTED" : "SHORTFALL_AVERTED")),
  );
  if (it.onShortfall === "curtail") expect(names).toEqual([]);
  const isPromise = isOpen(it) && it.onShortfall === "refuse";
  if (isPromise) expect(it.shortfall !== null).toBe(names.length % 2 === 1);
}

/** Compares what a dispatch that has ended says of itself with what became of it. */
function expectEnd(history: PromiseHistory, it: Dispatch): void {
  const { demandedMwhr = 0, deliveredMwhr = 0 } = history.energies.get(it.id) ?? {};
  expect(it.deliveredMwhr).toBeCloseTo(deliveredMwhr, 9);
  const missingMwhr = missingOf(history, it);
  if (missingMwhr === undefined) return;
  expect(it.demandedMwhr).toBeCloseTo(demandedMwhr, 9);
  if (missingMwhr <= LEAST_MWHR) expect(it.shortfall?.missingMwhr ?? 0).toBeLessThan(LEAST_MWHR);
  else expect(it.shortfall?.missingMwhr).toBeCloseTo(missingMwhr, 9);
  if (it.status !== "completed") return;
  expect(it.reason === "ENDED_SHORT").toBe(missingMwhr > LEAST_MWHR);
  const reports = reportsOf(history, it);
  if (it.shortfall === null) expect(reports.length % 2).toBe(0);
  else if (it.onShortfall === "refuse") {
    // At the end of the first tick that is cut at the latest.
    const at = reports.findLast(({ reason }) => reason === "SHORTFALL_EXPECTED")?.atMs;
    expect(at).toBeLessThanOrEqual(history.energies.get(it.id)?.shortMs ?? 0);
  }
}

/** Those whose whole window was left out while no server ran have failed, and no others for that reason. */
function expectFailures({ gaps, events, dispatches }: PromiseHistory): void {
  for (const { dispatchId, atMs } of events.filter(({ reason }) => reason === "SERVER_DOWN")) {
    const gap = gaps.find(({ untilMs }) => untilMs === atMs);
    const dispatch = dispatches.find(({ id }) => id === dispatchId);
    expect(gap).toBeDefined();
    const endMs = Math.min(dispatch?.endMs ?? Infinity, dispatch?.leaseUntilMs ?? Infinity);
    expect(endMs).toBeLessThanOrEqual(atMs);
    expect(endMs).toBeGreaterThan(gap?.fromMs ?? 0);
  }
}

test("missing and delivered are what was demanded, and a promise that lacks energy says so", async () => {
  const seen = { promises: 0, reports: 0, short: 0, failed: 0, leftOut: 0 };
  const property = fc.asyncProperty(anyFleet, anyCalls, async (fleet, calls) => {
    const history = await promiseHistory(fleet, calls);
    expectFailures(history);
    for (const it of history.dispatches) {
      expectReports(history, it);
      if (isOpen(it)) continue;
      expect(it.heldFromMwhr).toBeNull();
      expectEnd(history, it);
      if (it.onShortfall !== "refuse") continue;
      if (it.status === "completed") seen.promises++;
      seen.reports += reportsOf(history, it).length;
      if (it.shortfall !== null) seen.short++;
      if (it.reason === "SERVER_DOWN") seen.failed++;
      if (it.shortfall?.reason === "SERVER_DOWN" && it.status === "completed") seen.leftOut++;
    }
  });
  await fc.assert(property, { numRuns: Number(process.env.PROMISES ?? 300) });
  expect(seen.promises).toBeGreaterThan(100);
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
});
