// A hook for the checkboxes in the table of assets.
import { useCallback, useMemo, useRef } from "react";
import type { FleetAsset } from "../live/asset-list.ts";
import type { Fleet } from "../live/fleet.ts";
import { chosenAssets, placesIn, rangeOf, withChosen } from "./chosen.ts";
import type { Row } from "./rows.ts";
import { useChosen } from "./use-chosen.ts";

export interface Picks {
  /** Those of the fleet that are chosen. */
  readonly assets: readonly FleetAsset[];
  /** How many of the shown assets are chosen. */
  readonly shown: "none" | "some" | "all";
  isChosen(place: number): boolean;
  /** Chooses an asset, or not any more. @param isRange All from the one before up to it. */
  readonly choose: (place: number, isChosen: boolean, isRange: boolean) => void;
  chooseShown(isChosen: boolean): void;
  clear(): void;
}

/** @param rows The rows that the search and the filter leave. */
export function usePicks(fleet: Fleet, rows: readonly Row[]): Picks {
  const [chosen, setChosen] = useChosen();
  const before = useRef<number | undefined>(undefined);
  const now = { rows, chosen, idsOf: (places: readonly number[]) => idsOf(fleet, places) };
  const latest = useRef(now);
  latest.current = now;
  const choose = useCallback(
    (place: number, isChosen: boolean, isRange: boolean) => {
      const { rows, chosen, idsOf } = latest.current;
      const places = isRange ? rangeOf(rows, before.current, place) : [place];
      before.current = place;
      setChosen(withChosen(chosen, idsOf(places), isChosen));
    },
    [setChosen],
  );
  const shownIds = useMemo(() => idsOf(fleet, placesIn(rows)), [fleet, rows]);
  const assets = useMemo(() => chosenAssets(fleet.assets, chosen), [fleet, chosen]);
  const shown = useMemo(() => {
    if (chosen.size === 0) return "none";
    const count = shownIds.reduce((sum, id) => sum + (chosen.has(id) ? 1 : 0), 0);
    if (count === 0) return "none";
    return count === shownIds.length ? "all" : "some";
  }, [shownIds, chosen]);
  return {
    ...{ assets, shown, choose },
    isChosen: (place) => chosen.has(fleet.assets[place]?.id ?? ""),
    chooseShown: (isChosen) => setChosen(withChosen(chosen, shownIds, isChosen)),
    clear: () => setChosen(new Set()),
  };
}

const idsOf = (fleet: Fleet, places: readonly number[]) =>
  places.flatMap((place) => fleet.assets[place]?.id ?? []);
