// A hook for the assets that are chosen in the table.
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useParams } from "../route/use-place.ts";
import { type Chosen, chosenOf, chosenParam } from "./chosen.ts";

/** What was chosen last, for an address that cannot have it. */
let memory: Chosen = new Set();
const listeners = new Set<() => void>();

/** The choice, the same object until it changes, and the function that changes it. */
export function useChosen(): readonly [Chosen, (next: Chosen) => void] {
  const [{ chosen: param }, changeParams] = useParams();
  const held = useSyncExternalStore(watch, () => memory);
  const chosen = useMemo(() => chosenOf(param, held), [param, held]);
  const choose = useCallback(
    (next: Chosen) => {
      memory = next;
      changeParams({ chosen: chosenParam(next) }, "replace");
      for (const listener of listeners) listener();
    },
    [changeParams],
  );
  return [chosen, choose];
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
