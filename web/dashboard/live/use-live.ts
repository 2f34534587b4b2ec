// Hooks for the live state of the fleet.
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { Part } from "./drawing.ts";
import type { Live } from "./live.ts";

export const LiveContext = createContext<Live | undefined>(undefined);

/** The live state, without drawing the component anew when it changes. */
export function useSteadyLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("there is nothing live around this component");
  return live;
}

/** The live state, with the component drawn anew at every change, in the turn of a part of the page. */
export function useLive(part: Part = "figures"): Live {
  useLiveVersion(part);
  return useSteadyLive();
}

/** A number that rises at every change, in the turn of a part of the page. */
export function useLiveVersion(part: Part): number {
  const { drawing } = useSteadyLive();
  const watch = useCallback(
    (listener: () => void) => drawing.watch(part, listener),
    [drawing, part],
  );
  return useSyncExternalStore(watch, () => drawing.version(part));
}

/** The present of the fleet, whose clock need not be that of the browser, in ms since the epoch. */
export const presentMs = ({ fleet }: Live) => fleet?.totals?.timestampMs ?? Date.now();
