import { createContext, useContext, useSyncExternalStore } from "react";
import type { Live } from "./live.ts";

export const LiveContext = createContext<Live | undefined>(undefined);

/** What the page follows, without being drawn anew when it changes. */
export function useSteadyLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("there is nothing live around this component");
  return live;
}

/** The same, and draws anew with every change. */
export function useLive(): Live {
  const live = useSteadyLive();
  useSyncExternalStore(live.watch, () => live.version);
  return live;
}
