// A hook for the dispatches of an asset: every open one, and those that ended page by page, updated by a subscription.
import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../api/api.ts";
import {
  AssetDispatches,
  DispatchEvents,
  OneDispatch,
  WaitingDispatches,
} from "../api/operations.ts";
import { readPages } from "../api/pages.ts";
import { followList } from "../live/follow-list.ts";
import type { Live } from "../live/live.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { type DispatchItem, ENDED_STATUSES, isOpen, merged, waitingItem } from "./listed.ts";

export interface Dispatches {
  /** All that were read, in no order; undefined before the first are. */
  readonly list: readonly DispatchItem[] | undefined;
  /** Whether some of the open ones, or of the newest ended ones, are still to come. */
  readonly isLoading: boolean;
  readonly error: string | undefined;
  /** Whether more ended ones can be read. */
  readonly hasMore: boolean;
  readonly loadMore: () => Promise<void>;
  /** Adds or replaces a dispatch. */
  readonly put: (dispatch: DispatchItem) => void;
  /** Reads all open ones again, and answers them. Throws an ApiError. */
  readonly readOpen: () => Promise<readonly DispatchItem[]>;
}

/** Ended dispatches that are read at first, and with each page more. */
const FIRST_ENDED = 10;
const MORE_ENDED = 50;
/** The largest page. */
const MOST_ENDED = 500;

export function useDispatches(id: string): Dispatches {
  const { client } = useSteadyLive();
  const [list, setList] = useState<readonly DispatchItem[]>();
  const [error, setError] = useState<string>();
  const [isLoading, setLoading] = useState(true);
  const [cursor, setCursor] = useState<string | null>(null);
  const add = useCallback(
    (items: readonly DispatchItem[]) => setList((now = []) => merged(now, items)),
    [],
  );
  const { put, putSince } = usePuts(add);
  const readOpen = useCallback(async () => {
    const isNew = putSince();
    const open = await readOpenOf(id);
    const ids = new Set(open.map((item) => item.id));
    // One that is not open any more is gone, but not one that was announced since.
    const stays = (it: DispatchItem) => !isOpen(it) || ids.has(it.id) || isNew(it.id);
    setList((now = []) => merged(now.filter(stays), open));
    return open;
  }, [id, putSince]);
  const endedCount = useRef(0);
  endedCount.current = (list ?? []).filter((item) => !isOpen(item)).length;
  useEffect(
    () =>
      followList(
        client,
        DispatchEvents,
        { assetIds: [id] },
        {
          async read() {
            setLoading(true);
            const isNew = putSince();
            const first = Math.min(Math.max(endedCount.current, FIRST_ENDED), MOST_ENDED);
            const [ended, open] = await Promise.all([readEnded(id, first, null), readOpenOf(id)]);
            return { isNew, ended, open };
          },
          onRead({ isNew, ended, open }) {
            const read = merged(ended.nodes, open);
            setList((now = []) =>
              merged(
                read,
                now.filter((it) => isNew(it.id)),
              ),
            );
            setCursor(ended.pageInfo.hasNextPage ? ended.pageInfo.endCursor : null);
            setError(undefined);
            setLoading(false);
          },
          onEvent: ({ dispatchEvents }) => put(dispatchEvents.dispatch),
          onError({ message }) {
            setError(message);
            setLoading(false);
          },
        },
      ),
    [client, id, put, putSince],
  );
  useDelivered(list, put);
  const loadMore = async () => {
    const page = await readEnded(id, MORE_ENDED, cursor);
    add(page.nodes);
    setCursor(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
  };
  return { list, isLoading, error, hasMore: cursor !== null, loadMore, put, readOpen };
}

/** How long announced dispatches are collected before they are drawn, in ms: a schedule announces thousands at once. */
const COLLECT_MS = 50;

/** Adds dispatches as they are announced, many at once. */
function usePuts(add: (items: readonly DispatchItem[]) => void) {
  const waiting = useRef<DispatchItem[]>([]);
  const count = useRef(0);
  const counts = useRef(new Map<string, number>());
  const put = useCallback(
    (dispatch: DispatchItem) => {
      counts.current.set(dispatch.id, ++count.current);
      if (waiting.current.push(dispatch) > 1) return;
      setTimeout(() => {
        add(waiting.current);
        waiting.current = [];
      }, COLLECT_MS);
    },
    [add],
  );
  /** A function that says whether a dispatch was put since now. */
  const putSince = useCallback(() => {
    const before = count.current;
    return (id: string) => (counts.current.get(id) ?? 0) > before;
  }, []);
  return { put, putSince };
}

const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

async function readEnded(id: string, first: number, after: string | null) {
  const { asset } = await request(AssetDispatches, { id, status: ENDED_STATUSES, first, after });
  return asset?.dispatches ?? NO_PAGE;
}

/** Those that hold the asset with their events, and those that wait. */
async function readOpenOf(id: string): Promise<readonly DispatchItem[]> {
  const [active, waiting] = await Promise.all([
    request(AssetDispatches, { id, status: ["ACTIVE"], first: 50, after: null }),
    readPages((after) =>
      request(WaitingDispatches, { id, after }).then(({ asset }) => asset?.dispatches),
    ),
  ]);
  return merged(waiting.map(waitingItem), active.asset?.dispatches.nodes ?? []);
}

/** The shortest time between two readings of what running dispatches delivered, in ms. */
const READ_MS = 2000;
/** More than hold an asset at once. */
const MOST_RUNNING = 8;

/** Reads what a dispatch has delivered at each tick that it holds the asset: no event says so. */
function useDelivered(
  list: readonly DispatchItem[] | undefined,
  put: (dispatch: DispatchItem) => void,
): void {
  const live = useSteadyLive();
  const newest = useRef(list);
  newest.current = list;
  useEffect(() => {
    let readMs = 0;
    return live.onReport(({ timestampMs }) => {
      const running = newest.current?.filter((item) => holdsTick(item, timestampMs, live)) ?? [];
      if (running.length === 0 || Date.now() - readMs < READ_MS) return;
      readMs = Date.now();
      for (const { id } of running.slice(0, MOST_RUNNING))
        request(OneDispatch, { id }).then(
          ({ dispatch }) => dispatch && put(dispatch),
          // The next tick reads it again.
          () => {},
        );
    });
  }, [live, put]);
}

/** Whether a dispatch held the asset in one of the last ticks. */
function holdsTick({ status, endedAt }: DispatchItem, timestampMs: number, { tickS }: Live) {
  if (status === "ACTIVE") return true;
  return endedAt !== null && Date.parse(endedAt) >= timestampMs - 2000 * tickS;
}
