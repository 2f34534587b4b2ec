// The events of the fleet: changes of dispatches, and assets that came and went, newest first.
import type { FleetEventsSubscription, RecentDispatchesQuery } from "../api/operations.ts";
import type { FleetAsset } from "../live/asset-list.ts";

export type FleetEvent =
  | {
      readonly kind: "dispatch";
      readonly key: string;
      readonly atMs: number;
      readonly mw: number;
      readonly asset: Pick<FleetAsset, "id" | "name">;
      readonly to: FleetEventsSubscription["dispatchEvents"]["to"];
      readonly reason: string | null;
    }
  | {
      readonly kind: "came" | "went";
      readonly key: string;
      readonly atMs: number;
      readonly asset: Pick<FleetAsset, "id" | "name">;
    };

/** Events that are kept: more than a person reads. */
const MOST_EVENTS = 300;

type RecentDispatch = RecentDispatchesQuery["dispatches"]["nodes"][number];

/** The events of dispatches that were read. */
export function eventsOfDispatches(dispatches: readonly RecentDispatch[]): FleetEvent[] {
  return dispatches.flatMap(({ id, mw, asset, events }) =>
    events.map(({ timestamp, to, reason }) =>
      dispatchEvent({ timestamp, to, reason, dispatch: { id, mw, asset } }),
    ),
  );
}

export function dispatchEvent(
  event: Omit<FleetEventsSubscription["dispatchEvents"], "cursor">,
): FleetEvent {
  const { timestamp, to, reason, dispatch } = event;
  const { id, mw, asset } = dispatch;
  const key = `${id} ${timestamp} ${to} ${reason}`;
  return { kind: "dispatch", key, atMs: Date.parse(timestamp), mw, asset, to, reason };
}

/** Assets that are in one list and not in the other. */
export function assetEvents(
  before: readonly FleetAsset[],
  after: readonly FleetAsset[],
  atMs: number,
): FleetEvent[] {
  const without = (list: readonly FleetAsset[], other: readonly FleetAsset[]) => {
    const ids = new Set(other.map(({ id }) => id));
    return list.filter(({ id }) => !ids.has(id));
  };
  const eventsOf = (kind: "came" | "went", assets: readonly FleetAsset[]) =>
    assets.map((asset): FleetEvent => ({ kind, key: `${asset.id} ${kind} ${atMs}`, atMs, asset }));
  return [...eventsOf("came", without(after, before)), ...eventsOf("went", without(before, after))];
}

/** Events with some added that are in the order of time, each once, newest first. */
export function withEvents(
  events: readonly FleetEvent[],
  added: readonly FleetEvent[],
): readonly FleetEvent[] {
  // An event may be among those added twice: it was read, and it came.
  const byKey = new Map([...events].reverse().map((event) => [event.key, event]));
  for (const event of added) if (!byKey.has(event.key)) byKey.set(event.key, event);
  const newestFirst = [...byKey.values()].reverse();
  return newestFirst.sort((a, b) => b.atMs - a.atMs).slice(0, MOST_EVENTS);
}
