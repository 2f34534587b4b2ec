// The dispatch that is typed into the form and not sent yet, for the chart of its asset.
import { useEffect, useSyncExternalStore } from "react";
import type { DispatchInput } from "../api/operations.ts";

let typed: DispatchInput | undefined;
const listeners = new Set<() => void>();

/** Shows a typed dispatch in the chart of its asset as long as the form is there; undefined: none that is valid. */
export function useShowTyped(input: DispatchInput | undefined): void {
  const text = JSON.stringify(input);
  useEffect(() => {
    show(text === undefined ? undefined : (JSON.parse(text) as DispatchInput));
    return () => show(undefined);
  }, [text]);
}

/** The typed dispatch of an asset, the same object until it changes; undefined where there is none. */
export function useTyped(assetId: string | undefined): DispatchInput | undefined {
  const input = useSyncExternalStore(watch, () => typed);
  return input?.assetId === assetId ? input : undefined;
}

function show(input: DispatchInput | undefined): void {
  typed = input;
  for (const listener of listeners) listener();
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
