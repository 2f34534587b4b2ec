// Hooks for the live state of the fleet.
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Live } from "./live.ts";

export const LiveContext = createContext<Live | undefined>(undefined);

/** The live state, without drawing the component anew when it changes. */
export function useSteadyLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("there is nothing live around this component");
  return live;
}

/** The live state, with the component drawn anew at every change. */
export function useLive(): Live {
  const live = useSteadyLive();
  useSyncExternalStore(live.watch, () => live.version);
  return live;
}

/** The present of the fleet, whose clock need not be that of the browser, in ms since the epoch. */
export const presentMs = ({ fleet }: Live) => fleet?.totals?.timestampMs ?? Date.now();
