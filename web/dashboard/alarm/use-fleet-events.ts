// A hook for the events of the fleet, the recent ones and those to come.
import { useEffect, useState } from "react";
import { request } from "../api/api.ts";
import { FleetEvents, RecentDispatches } from "../api/operations.ts";
import type { FleetAsset } from "../live/asset-list.ts";
import { followList } from "../live/follow-list.ts";
import { useSteadyLive } from "../live/use-live.ts";
import {
  assetEvents,
  dispatchEvent,
  eventsOfDispatches,
  type FleetEvent,
  withEvents,
} from "./fleet-events.ts";

interface RecentEvents {
  readonly events: readonly FleetEvent[];
  readonly error: string | undefined;
}

/** Events that are shown at once: those that come in quick succession are drawn together. */
const DRAW_MS = 200;

export function useFleetEvents(): RecentEvents {
  const live = useSteadyLive();
  const [events, setEvents] = useState<readonly FleetEvent[]>([]);
  const [error, setError] = useState<string>();
  useEffect(() => {
    let waiting: FleetEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const add = (...added: FleetEvent[]) => {
      waiting.push(...added);
      timer ??= setTimeout(() => {
        timer = undefined;
        const some = waiting;
        waiting = [];
        setEvents((now) => withEvents(now, some));
      }, DRAW_MS);
    };
    const unfollow = followList(
      live.client,
      FleetEvents,
      {},
      {
        read: () => request(RecentDispatches, {}),
        // What has happened stays, also where it is no longer among the recent ones.
        onRead({ dispatches }) {
          add(...eventsOfDispatches(dispatches.nodes));
          setError(undefined);
        },
        onEvent: ({ dispatchEvents }) => add(dispatchEvent(dispatchEvents)),
        onError: ({ message }) => setError(message),
      },
    );
    let assets: readonly FleetAsset[] | undefined = live.fleet?.assets;
    const unlisten = live.onReport((report, fleet) => {
      if (fleet.assets === assets) return;
      add(...assetEvents(assets ?? fleet.assets, fleet.assets, report.timestampMs));
      assets = fleet.assets;
    });
    return () => {
      clearTimeout(timer);
      unfollow();
      unlisten();
    };
  }, [live]);
  return { events, error };
}
