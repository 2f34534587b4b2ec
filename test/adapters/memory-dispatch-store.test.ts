import { expect, test } from "vitest";
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import { asAccepted, type Dispatch } from "../../src/domain/dispatch/dispatch.ts";

const dispatch = (id: string): Dispatch =>
  asAccepted({
    ...{ id, assetId: "a", scheduleId: null, mw: 1, durationS: null, startMs: 0, endMs: null },
    ...{ validForS: null, onShortfall: "curtail", requestId: null, submittedAtMs: 0 },
    ...{ rationale: null, status: "accepted", reason: null, leaseUntilMs: null, endedAtMs: null },
    ...{ deliveredMwhr: 0, heldFromMwhr: null, heldFromMs: null, heldFromMw: null },
    ...{ demandedMwhr: 0, shortfall: null },
  });

test("events are returned only as far back as no dispatch with events was dropped", async () => {
  const store = createMemoryDispatchStore(2);
  for (const [n, id] of ["one", "two", "three"].entries()) {
    await store.add([dispatch(id)], []);
    const event = { number: n + 1, atMs: 0, dispatchId: id, from: null, reason: null, byId: null };
    const progress = { ...dispatch(id), status: "completed" as const };
    await store.record([{ id, progress, event: { ...event, to: "completed" } }]);
  }
  expect(await store.eventsAfter(0, 10)).toBeUndefined();
  const known = await store.eventsAfter(1, 10);
  expect(known?.map(({ number }) => number)).toEqual([2, 3]);
});
