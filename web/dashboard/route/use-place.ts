// Hooks for the place in the address, and the way to change its choices.
import { useMemo, useSyncExternalStore } from "react";
import { type Step, showHash, shownHash, watchHash } from "./address.ts";
import { hashOf, type Params, type Place, readPlace } from "./place.ts";

/** Changes choices of the present page: a choice that is undefined gets its default. */
export type ChangeParams = (
  change: Readonly<Record<string, string | undefined>>,
  step?: Step,
) => void;

export function usePlace(): Place {
  const hash = useSyncExternalStore(watchHash, shownHash);
  return useMemo(() => readPlace(hash), [hash]);
}

/** The choices of the present page, and the function that changes some. */
export function useParams(): readonly [Params, ChangeParams] {
  return [usePlace().params, changeParams];
}

const changeParams: ChangeParams = (change, step = "push") => {
  const { page, params } = readPlace(shownHash());
  const next = Object.entries({ ...params, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const hash = hashOf(page, Object.fromEntries(next));
  if (hash !== hashOf(page, params)) showHash(hash, step);
};
