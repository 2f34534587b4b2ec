// A kernel that continues from what another one stored, as after a restart of the server.
import type { Dispatch } from "../../src/domain/dispatch/dispatch.ts";
import type { FleetTable } from "../../src/domain/fleet/fleet-table.ts";
import type { DispatchStore } from "../../src/domain/ports/dispatch-store.ts";
import { telemetryAt } from "../../src/domain/telemetry/frame.ts";
import { dispatchFixture } from "./dispatch-fixture.ts";
import { DT_S } from "./tick-tables.ts";

/** The store of an earlier server, opened again. */
async function reopened(store: DispatchStore, lastEventNumber: number): Promise<DispatchStore> {
  const listed = (await store.list({ limit: 1000 })).map(({ dispatch }) => dispatch).reverse();
  const dispatches = listed.filter((it) => it.endedAtMs === null || it.heldFromMwhr !== null);
  const lastOf = new Map<string, Dispatch>();
  for (const it of listed) {
    const endedMs = it.endedAtMs ?? -Infinity;
    const lastMs = lastOf.get(it.assetId)?.endedAtMs ?? 0;
    const isLater = endedMs > lastMs || (endedMs === lastMs && it.status === "expired");
    const wasActive = (await store.eventsOf(it.id)).some(({ to }) => to === "active");
    if (isLater && wasActive) lastOf.set(it.assetId, it);
  }
  const expired = [...lastOf.values()].filter(({ status }) => status === "expired");
  const expiredAssetIds = expired.map(({ assetId }) => assetId);
  const eventCounts = await Promise.all(
    dispatches.map(async ({ id }) => (await store.eventsOf(id)).length),
  );
  const unannouncedIds = dispatches.flatMap(({ id }, n) => (eventCounts[n] === 0 ? id : []));
  const stored = { dispatches, unannouncedIds, expiredAssetIds, lastEventNumber };
  return { ...store, open: async () => stored };
}

/** Starts another kernel some seconds after the last tick of one, with the fleet as the first one left it. */
export async function restartedFixture(
  before: ReturnType<typeof dispatchFixture>,
  downS: number,
  table: FleetTable = before.telemetry.latest().table,
) {
  before.stop();
  const left = before.telemetry.latest();
  const store = await reopened(before.store, before.dispatch.events.lastNumber());
  const after = dispatchFixture(store, table, left.tick + downS / DT_S);
  const stateOf = (id: string) => telemetryAt(left, left.table.indexOf(id) ?? 0);
  const states = new Map(left.table.assets.map(({ id }) => [id, stateOf(id)]));
  await after.restore({ table, origins: new Map(), states });
  return after;
}
