// What dispatches and schedules put in force over time: from the dispatches of an asset, page by page.
import {
  asKnownAt,
  createTimeline,
  type InForceChange,
} from "../../../domain/dispatch/in-force.ts";
import type { Asset } from "../../../domain/fleet/asset.ts";
import type { ListedDispatch, WindowRange } from "../../../domain/ports/dispatch-store.ts";

/** Reads dispatches of an asset by their windows, in the order of their starts. */
export type ReadWindows = (
  assetId: string,
  range: WindowRange,
) => Promise<readonly ListedDispatch[]>;

export interface InForce {
  /** Changes in `[fromMs, untilMs)`, oldest first, also those to come. @param knownMs As they were known at this instant; Infinity: as they are. */
  changes(
    asset: Asset,
    fromMs: number,
    untilMs: number,
    knownMs: number,
  ): AsyncIterable<readonly InForceChange[]>;
  /** The last change before an instant that was decided before it. */
  last(asset: Asset, beforeMs: number, knownMs: number): Promise<InForceChange | undefined>;
}

const PAGE = 500;
const DAY_MS = 86_400_000;
/** How far back the last change is looked for at once: most lie within a day. */
const LOOK_BACKS_MS = [DAY_MS, 30 * DAY_MS, Infinity];

/** @param dtS Length of a tick in s. */
export function createInForce(windows: ReadWindows, dtS: () => number): InForce {
  async function* changes(
    { id, fallbackMw }: Asset,
    fromMs: number,
    untilMs: number,
    knownMs: number,
  ) {
    const timeline = createTimeline(fallbackMw ?? 0, dtS());
    // What ends within a tick holds it to its end.
    const endMs = fromMs - dtS() * 1000;
    const within = (list: readonly InForceChange[]) => list.filter(({ atMs }) => atMs >= fromMs);
    for (let after: WindowRange["after"]; ; ) {
      const page = await windows(id, { fromMs: endMs, untilMs, knownMs, after, limit: PAGE });
      const known = page.map(({ cursor, dispatch }) => {
        return { cursor, dispatch: asKnownAt(dispatch, knownMs) };
      });
      yield within(timeline.add(known));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = { startMs: last.dispatch.startMs, cursor: last.cursor };
    }
    yield within(timeline.end(untilMs));
  }

  return {
    changes,
    async last(asset, beforeMs, knownMs) {
      let untilMs = beforeMs;
      for (const spanMs of LOOK_BACKS_MS) {
        const fromMs = beforeMs - spanMs;
        let newest: InForceChange | undefined;
        for await (const page of changes(asset, fromMs, untilMs, knownMs))
          newest = page.findLast(({ decidedMs }) => decidedMs < beforeMs) ?? newest;
        if (newest !== undefined) return newest;
        untilMs = fromMs;
      }
      return undefined;
    },
  };
}
