// The queue of requests that wait for their decision: those of one asset in the order of receipt, stops before the
// requests of other assets.

export interface QueuedRequest {
  /** The assets that it is for. */
  readonly assetIds: readonly string[];
  /** Whether it stops them: it goes before the requests of other assets. */
  readonly isStop: boolean;
  /** Whether it leads to many dispatches; left out: it does not. */
  readonly isLarge?: boolean;
}

export interface RequestQueue<R extends QueuedRequest> {
  add(request: R): void;
  /** Takes the request that is next, of those whose assets are free; undefined where there is none. */
  take(): R | undefined;
  /**
   * Takes the stop that is next, of those whose assets are free and have no earlier request; undefined where there is
   * none.
   */
  takeStop(): R | undefined;
  hasStop(): boolean;
  /** Whether a request for one of these assets waits, or is being decided or stored. */
  hasFor(assetIds: readonly string[]): boolean;
  /** Whether there is one to take. */
  hasNext(): boolean;
  /** Whether there is one to take, and it is large. */
  isLargeNext(): boolean;
  /** Holds back requests of these assets, as one of them is being decided or stored. */
  hold(assetIds: readonly string[]): void;
  release(assetIds: readonly string[]): void;
}

/** A stop, and what came before it for its assets, which are those of all its requests. */
interface Group<R> {
  readonly requests: R[];
  readonly assetIds: Set<string>;
}

/** The place of a request in a list. */
interface Place<R> {
  readonly from: R[];
  readonly at: number;
  readonly request: R;
}

function placeOf<R>(from: R[], at: number): Place<R> {
  return { from, at, request: from[at] as R };
}

export function createRequestQueue<R extends QueuedRequest>(): RequestQueue<R> {
  /** Stops go before the others. No asset is in two groups, so that none waits for another one. */
  let groups: Group<R>[] = [];
  let others: R[] = [];
  const held = createHolds();

  /** The place of the first request, of a list, whose assets are free and have no earlier request in it. */
  function firstFree(requests: readonly R[], blocked: Set<string>): number {
    if (blocked.size === 0) return requests.length > 0 ? 0 : -1;
    return requests.findIndex(({ assetIds }) => {
      const isFree = !assetIds.some((id) => blocked.has(id));
      if (!isFree) for (const id of assetIds) blocked.add(id);
      return isFree;
    });
  }

  function nextStop(): Group<R> | undefined {
    return groups.find(({ requests, assetIds }) => {
      return requests.every(({ isStop }) => isStop) && ![...assetIds].some(held.has);
    });
  }

  function next(): Place<R> | undefined {
    const blocked = held.ids();
    // A stop without earlier requests does not wait for the earlier requests of another one.
    for (const { requests } of groups.toSorted((a, b) => a.requests.length - b.requests.length)) {
      const at = firstFree(requests, held.ids());
      if (at >= 0) return placeOf(requests, at);
    }
    for (const { assetIds } of groups) for (const id of assetIds) blocked.add(id);
    const at = firstFree(others, blocked);
    return at < 0 ? undefined : placeOf(others, at);
  }

  /** Groups a stop with what came before it for its assets, and with what came before that for its own. */
  function addStop(stop: R): void {
    const assetIds = new Set(stop.assetIds);
    const before: R[] = [];
    const after: R[] = [];
    for (const it of others.toReversed()) {
      const isBefore = it.assetIds.some((id) => assetIds.has(id));
      if (isBefore) for (const id of it.assetIds) assetIds.add(id);
      (isBefore ? before : after).push(it);
    }
    others = after.reverse();
    const isJoined = (group: Group<R>) => [...group.assetIds].some((id) => assetIds.has(id));
    const joined = groups.filter(isJoined);
    for (const group of joined) for (const id of group.assetIds) assetIds.add(id);
    const requests = [...joined.flatMap((group) => group.requests), ...before.reverse(), stop];
    groups = [...groups.filter((group) => !isJoined(group)), { requests, assetIds }];
  }

  return {
    add(request) {
      if (request.isStop) addStop(request);
      else others.push(request);
    },
    take() {
      const found = next();
      const taken = found?.from.splice(found.at, 1)[0];
      groups = groups.filter(({ requests }) => requests.length > 0);
      return taken;
    },
    takeStop() {
      const taken = nextStop()?.requests.shift();
      groups = groups.filter(({ requests }) => requests.length > 0);
      return taken;
    },
    hasStop: () => nextStop() !== undefined,
    hasFor: (assetIds) =>
      assetIds.some(
        (id) =>
          held.has(id) ||
          groups.some((group) => group.assetIds.has(id)) ||
          others.some((it) => it.assetIds.includes(id)),
      ),
    hasNext: () => next() !== undefined,
    isLargeNext: () => next()?.request.isLarge === true,
    hold: held.hold,
    release: held.release,
  };
}

/** The held assets: each as long as not all that hold it have released it. */
function createHolds() {
  const counts = new Map<string, number>();
  return {
    ids: () => new Set(counts.keys()),
    has: (id: string) => counts.has(id),
    hold(assetIds: readonly string[]): void {
      for (const id of assetIds) counts.set(id, (counts.get(id) ?? 0) + 1);
    },
    release(assetIds: readonly string[]): void {
      for (const id of assetIds) {
        const left = (counts.get(id) ?? 1) - 1;
        if (left === 0) counts.delete(id);
        else counts.set(id, left);
      }
    },
  };
}
