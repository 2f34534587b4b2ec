// The queue of requests that wait for their decision: those of one asset in the order of receipt, stops before the
// requests of other assets.

export interface QueuedRequest {
  /** The assets that it is for. */
  readonly assetIds: readonly string[];
  /** Whether it stops them: it goes before the requests of other assets. */
  readonly isStop: boolean;
}

export interface RequestQueue<R extends QueuedRequest> {
  add(request: R): void;
  /** Takes the request that is next, of those whose assets are free; undefined where there is none. */
  take(): R | undefined;
  /** Whether a request for one of these assets waits, or is being decided. */
  hasFor(assetIds: readonly string[]): boolean;
  /** Whether there is one to take. */
  hasNext(): boolean;
  /** Holds back requests of these assets, as one of them is being decided. */
  hold(assetIds: readonly string[]): void;
  release(assetIds: readonly string[]): void;
}

export function createRequestQueue<R extends QueuedRequest>(): RequestQueue<R> {
  /** Stops, and what came before them for their assets; then the others. */
  let urgent: R[] = [];
  let others: R[] = [];
  const held = new Set<string>();

  /** The place of the first request, of a list, whose assets are free and have no earlier request in it. */
  function firstFree(requests: readonly R[], blocked: Set<string>): number {
    if (blocked.size === 0) return requests.length > 0 ? 0 : -1;
    return requests.findIndex(({ assetIds }) => {
      const isFree = !assetIds.some((id) => blocked.has(id));
      if (!isFree) for (const id of assetIds) blocked.add(id);
      return isFree;
    });
  }

  function next(): { readonly from: R[]; readonly at: number } | undefined {
    const blocked = new Set(held);
    for (const from of [urgent, others]) {
      const at = firstFree(from, blocked);
      if (at >= 0) return { from, at };
    }
    return undefined;
  }

  /** Moves what came before a stop for its assets, and what came before that for its own, ahead of the others. */
  function addStop(stop: R): void {
    const assetIds = new Set(stop.assetIds);
    const before: R[] = [];
    const after: R[] = [];
    for (const it of others.toReversed()) {
      const isBefore = it.assetIds.some((id) => assetIds.has(id));
      if (isBefore) for (const id of it.assetIds) assetIds.add(id);
      (isBefore ? before : after).push(it);
    }
    urgent = [...urgent, ...before.reverse(), stop];
    others = after.reverse();
  }

  return {
    add(request) {
      if (request.isStop) addStop(request);
      else others.push(request);
    },
    take() {
      const found = next();
      return found?.from.splice(found.at, 1)[0];
    },
    hasFor: (assetIds) =>
      assetIds.some(
        (id) => held.has(id) || [...urgent, ...others].some((it) => it.assetIds.includes(id)),
      ),
    hasNext: () => next() !== undefined,
    hold(assetIds) {
      for (const id of assetIds) held.add(id);
    },
    release(assetIds) {
      for (const id of assetIds) held.delete(id);
    },
  };
}
