// Hooks for the alarms that are open.
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Alarm, Alarms } from "./alarms.ts";

export const AlarmsContext = createContext<Alarms | undefined>(undefined);

/** The alarms, without drawing the component anew when they change. */
export function useAlarms(): Alarms {
  const alarms = useContext(AlarmsContext);
  if (alarms === undefined) throw new Error("there are no alarms around this component");
  return alarms;
}

/** The open alarms, with the component drawn anew at every change. */
export function useOpenAlarms(): readonly Alarm[] {
  const alarms = useAlarms();
  return useSyncExternalStore(alarms.watch, alarms.open);
}
