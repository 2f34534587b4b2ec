// A hook for the dispatches of a timeline, kept up to date by a subscription.
import { useEffect, useState } from "react";
import { request } from "../api/api.ts";
import {
  type DispatchStatus,
  TimelineDispatches,
  TimelineEvents,
  type TimelinePartsFragment,
} from "../api/operations.ts";
import { followList } from "../live/follow-list.ts";
import { useSteadyLive } from "../live/use-live.ts";

/** Whose dispatches; without a list: all. */
export interface DispatchScope {
  readonly assetIds?: string[];
  readonly siteIds?: string[];
}

export interface TimelineState {
  readonly list: readonly TimelinePartsFragment[];
  /** Rises with every change. */
  readonly version: number;
  readonly error: string | undefined;
}

const OPEN: DispatchStatus[] = ["ACCEPTED", "ACTIVE"];
const ENDED: DispatchStatus[] = ["COMPLETED", "SUPERSEDED", "CANCELLED", "EXPIRED", "FAILED"];
/** Dispatches of each kind that are read, the newest first: a timeline with more is not legible. */
const MOST_READ = 2000;
/** Dispatches that are stored, with those that came since. */
const MOST_STORED = 6000;
/** Events come in groups: they are drawn at most so often, in ms. */
const REST_MS = 200;

/** @param of The same object as long as the dispatches are the same ones. */
export function useTimeline(of: DispatchScope): TimelineState {
  const { client } = useSteadyLive();
  const [state, setState] = useState<TimelineState>(EMPTY);
  useEffect(() => {
    const byId = new Map<string, TimelinePartsFragment>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStopped = false;
    const show = (error?: string) => {
      timer = undefined;
      if (isStopped) return;
      forgetOldest(byId);
      setState(({ version }) => ({ list: [...byId.values()], version: version + 1, error }));
    };
    const stop = followList(client, TimelineEvents, of, {
      read: async () => [...(await readSome(of, OPEN)), ...(await readSome(of, ENDED))],
      onRead(list) {
        byId.clear();
        for (const one of list) byId.set(one.id, one);
        show();
      },
      onEvent({ dispatchEvents: { dispatch } }) {
        byId.set(dispatch.id, dispatch);
        timer ??= setTimeout(show, REST_MS);
      },
      onError: ({ message }) => show(message),
    });
    return () => {
      isStopped = true;
      clearTimeout(timer);
      stop();
    };
  }, [client, of]);
  return state;
}

const EMPTY: TimelineState = { list: [], version: 0, error: undefined };

async function readSome(of: DispatchScope, status: DispatchStatus[]) {
  const found: TimelinePartsFragment[] = [];
  let after: string | null = null;
  do {
    const variables: { after: string | null } & DispatchScope = { ...of, after };
    const { dispatches } = await request(TimelineDispatches, { ...variables, status });
    found.push(...dispatches.nodes);
    after = dispatches.pageInfo.hasNextPage ? dispatches.pageInfo.endCursor : null;
  } while (after !== null && found.length < MOST_READ);
  return found;
}

/** Of too many, those that ended first go. */
function forgetOldest(byId: Map<string, TimelinePartsFragment>): void {
  if (byId.size <= MOST_STORED) return;
  const ended = [...byId.values()].filter(({ endedAt }) => endedAt !== null);
  ended.sort((a, b) => Date.parse(a.endedAt ?? "") - Date.parse(b.endedAt ?? ""));
  for (const { id } of ended.slice(0, byId.size - MOST_STORED)) byId.delete(id);
}
