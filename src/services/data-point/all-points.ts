// All data points as one: those that are stored, and those that are answered from the fleet, whose names come first.
import type { DataPoint, DataPointMode } from "../../domain/data-point/data-point.ts";
import { isBelow } from "../../domain/data-point/path.ts";
import type { AsOf, ReadValue } from "../../domain/data-point/write.ts";
import type { CatalogueFilter, DataPointStore } from "../../domain/ports/data-point-store.ts";
import type { FleetChoice } from "./fleet/fleet-catalogue.ts";
import type { FleetPoints } from "./fleet/fleet-points.ts";

export interface PointFilter extends CatalogueFilter {
  /** Which entries of the fleet; left out: all below `prefixes`. */
  readonly fleet?: FleetChoice | undefined;
  /** Only those that are answered from the fleet, or only the others. */
  readonly isReadOnly?: boolean | undefined;
}

export interface AllPoints extends Pick<DataPointStore, "find" | "read" | "latest" | "versions"> {
  /** Entries in the order of their paths. */
  catalogue(filter: PointFilter): Promise<readonly DataPoint[]>;
}

export function createAllPoints(store: DataPointStore, fleet: FleetPoints): AllPoints {
  const isOfFleet = (path: string) => fleet.assetOf(path) !== undefined;
  const readerOf = (path: string) => (isOfFleet(path) ? fleet : store);

  return {
    async catalogue({ fleet: choice, isReadOnly, ...filter }) {
      const [stored, ofFleet] = await Promise.all([
        isReadOnly === true ? [] : storedEntries(store, filter, isOfFleet),
        isReadOnly === false ? [] : fleet.catalogue.list(filter, choice ?? choiceOf(filter)),
      ]);
      return [...stored, ...ofFleet].sort(byPath).slice(0, filter.limit);
    },
    async find(paths) {
      const others = paths.filter((path) => !isOfFleet(path));
      const found = new Map(others.length === 0 ? [] : await store.find(others));
      for (const path of paths) {
        const entry = fleet.catalogue.find(path);
        if (entry !== undefined) found.set(path, entry.point);
      }
      return found;
    },
    read: (range) => readerOf(range.path).read(range),
    latest: (paths, mode, asOf, nowMs) => latestOf(paths, mode, asOf, nowMs),
    versions: (range) => readerOf(range.path).versions(range),
  };

  async function latestOf(
    paths: readonly string[],
    mode: DataPointMode,
    asOf: AsOf,
    nowMs: number,
  ): Promise<ReadonlyMap<string, ReadValue>> {
    const groups = [fleet, store].map((reader) => ({
      reader,
      own: paths.filter((path) => readerOf(path) === reader),
    }));
    const found = await Promise.all(
      groups.map(({ reader, own }) =>
        own.length === 0 ? [] : reader.latest(own, mode, asOf, nowMs),
      ),
    );
    return new Map(found.flatMap((it) => [...it]));
  }
}

/** Stored entries without those whose path an asset has taken: as many as wanted, or all. */
async function storedEntries(
  store: DataPointStore,
  filter: CatalogueFilter,
  isOfFleet: (path: string) => boolean,
): Promise<readonly DataPoint[]> {
  const entries: DataPoint[] = [];
  for (let { after } = filter; ; ) {
    const page = await store.catalogue({ ...filter, after });
    entries.push(...page.filter(({ path }) => !isOfFleet(path)));
    if (page.length < filter.limit || entries.length >= filter.limit) return entries;
    after = page.at(-1)?.path;
  }
}

/** The entries below the prefixes of a filter. */
function choiceOf({ prefixes }: CatalogueFilter): FleetChoice {
  const isBelowOne = (path: string) => prefixes?.some((prefix) => isBelow(path, prefix)) ?? true;
  return { prefix: "", sees: (_, path) => isBelowOne(path) };
}

const byPath = (a: DataPoint, b: DataPoint) => (a.path < b.path ? -1 : 1);
