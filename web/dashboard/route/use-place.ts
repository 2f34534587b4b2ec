// Hooks for the place in the address, and the ways to change it.
import { useMemo, useSyncExternalStore } from "react";
import { hashOf, type Params, type Place, readPlace } from "./place.ts";

/** `push` adds a step for Back; `replace` does not, for what changes with every key. */
export type Step = "push" | "replace";

const listeners = new Set<() => void>();

/** Changes choices of the present page: a choice that is undefined gets its default. */
export type ChangeParams = (
  change: Readonly<Record<string, string | undefined>>,
  step?: Step,
) => void;

export function usePlace(): Place {
  const hash = useSyncExternalStore(watch, () => location.hash);
  return useMemo(() => readPlace(hash), [hash]);
}

/** The choices of the present page, and the function that changes some. */
export function useParams(): readonly [Params, ChangeParams] {
  return [usePlace().params, changeParams];
}

const changeParams: ChangeParams = (change, step = "push") => {
  const { page, params } = readPlace(location.hash);
  const next = Object.entries({ ...params, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const hash = hashOf(page, Object.fromEntries(next));
  if (hash === hashOf(page, params)) return;
  if (step === "push") history.pushState({ isSeen: true }, "", hash);
  else history.replaceState({ isSeen: true }, "", hash);
  for (const listener of listeners) listener();
};

function watch(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("popstate", listener);
  addEventListener("hashchange", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("popstate", listener);
    removeEventListener("hashchange", listener);
  };
}
