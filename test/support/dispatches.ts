// Stored dispatches and their changes, for tests of stores.
import { randomUUID } from "node:crypto";
import {
  type Dispatch,
  type DispatchEvent,
  type DispatchProgress,
  progressOf as progress,
} from "../../src/domain/dispatch/dispatch.ts";
import type { DispatchChange } from "../../src/domain/ports/dispatch-store.ts";
import { ASSET } from "./tick-tables.ts";

export const SUBMITTED_MS = 1_795_219_437_805;

/** A dispatch of the asset of the tables, without an end, with differences. */
export const dispatchOf = (difference: Partial<Dispatch> = {}): Dispatch => ({
  id: randomUUID(),
  assetId: ASSET.id,
  scheduleId: null,
  mw: -0.1 + 0.3,
  durationS: null,
  startMs: SUBMITTED_MS + 195,
  endMs: null,
  validForS: null,
  onShortfall: "curtail",
  requestId: null,
  submittedAtMs: SUBMITTED_MS,
  rationale: null,
  status: "accepted",
  reason: null,
  leaseUntilMs: null,
  endedAtMs: null,
  deliveredMwhr: 0,
  heldFromMwhr: null,
  heldFromMs: null,
  heldFromMw: null,
  demandedMwhr: 0,
  shortfall: null,
  ...difference,
});

/** A dispatch with every field set, and with doubles that have no short form. */
export const fullDispatchOf = (difference: Partial<Dispatch> = {}): Dispatch =>
  dispatchOf({
    scheduleId: randomUUID(),
    mw: -1e-5 / 3,
    durationS: 3600,
    endMs: SUBMITTED_MS + 3_600_195,
    validForS: 60,
    onShortfall: "refuse",
    requestId: randomUUID(),
    rationale: {
      windows: {
        power: { minMw: -30, maxMw: 30 },
        site: { minMw: -29, maxMw: 1 / 7 },
        dispatches: { minMw: -0.1 - 0.2, maxMw: 1 / 3 },
        energy: { minMw: -1e-9 / 7, maxMw: 123456.789e-3 / 11 },
      },
      shortfall: {
        ...{ fromMs: SUBMITTED_MS + 2_000_195, missingMwhr: 2 / 3 },
        ...{ limitedBy: "energy", reason: "LIMIT" },
      },
    },
    reason: "line\nbreak, \"quoted\" and 'single', ä",
    leaseUntilMs: SUBMITTED_MS + 60_195,
    endedAtMs: SUBMITTED_MS + 3_604_195,
    deliveredMwhr: 0.1 + 0.2,
    heldFromMwhr: -1e5 / 7,
    heldFromMs: SUBMITTED_MS + 195,
    heldFromMw: -1 / 7,
    demandedMwhr: 0.2 + 0.4,
    shortfall: {
      ...{ fromMs: SUBMITTED_MS + 8_195, missingMwhr: 1 / 3 },
      ...{ limitedBy: "site", reason: "CANCEL" },
    },
    ...difference,
  });

export function progressOf(dispatch: Dispatch, difference: Partial<DispatchProgress> = {}) {
  return { ...progress(dispatch), ...difference };
}

/** The change of a dispatch to active, as the event of this number. */
export function startOf(dispatch: Dispatch, number: number): DispatchChange {
  return changeOf(
    dispatch,
    { status: "active", heldFromMwhr: 1 / 3 },
    { number, from: "accepted", to: "active", reason: "STARTED" },
  );
}

/** A change of a dispatch, with an event where one is given. */
export function changeOf(
  dispatch: Dispatch,
  difference: Partial<DispatchProgress>,
  event?: Partial<DispatchEvent> & Pick<DispatchEvent, "number" | "to">,
): DispatchChange {
  return {
    id: dispatch.id,
    progress: progressOf(dispatch, difference),
    event: event
      ? {
          atMs: SUBMITTED_MS + 195,
          dispatchId: dispatch.id,
          from: null,
          reason: null,
          byId: null,
          ...event,
        }
      : null,
  };
}
