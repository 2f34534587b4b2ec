// The title of the page that is shown.
import { useEffect, useSyncExternalStore } from "react";
import { isolated } from "../text/isolate.ts";

let title = "";
const listeners = new Set<() => void>();

/** Names the page while the component is shown. */
export function useTitle(name: string): void {
  useEffect(() => {
    title = isolated(name);
    for (const listener of listeners) listener();
  }, [name]);
}

/** The name of the page that is shown. */
export function useShownTitle(): string {
  return useSyncExternalStore(watch, () => title);
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
