// A hook for the dispatches of an asset, updated by a subscription.
import { useCallback, useEffect, useState } from "react";
import { request } from "../api/api.ts";
import { AssetDispatches, DispatchEvents, type DispatchPartsFragment } from "../api/operations.ts";
import { follow } from "../live/follow.ts";
import { useSteadyLive } from "../live/use-live.ts";

export interface Dispatches {
  /** Dispatches, newest first; undefined before they are read. */
  readonly list: readonly DispatchPartsFragment[] | undefined;
  readonly error: string | undefined;
  /** Adds or replaces a dispatch. */
  readonly put: (dispatch: DispatchPartsFragment) => void;
}

/** The dispatches of an asset, kept up to date. */
export function useDispatches(id: string): Dispatches {
  const { client } = useSteadyLive();
  const [list, setList] = useState<readonly DispatchPartsFragment[]>();
  const [error, setError] = useState<string>();
  const put = useCallback(
    (dispatch: DispatchPartsFragment) => setList((now = []) => withDispatch(now, dispatch)),
    [],
  );
  useEffect(() => {
    const load = () =>
      request(AssetDispatches, { id }).then(
        ({ asset }) => {
          setList(asset?.dispatches.nodes ?? []);
          setError(undefined);
        },
        (reason: Error) => setError(reason.message),
      );
    void load();
    return follow(
      client,
      DispatchEvents,
      { assetIds: [id] },
      ({ dispatchEvents }) => put(dispatchEvents.dispatch),
      load,
    );
  }, [client, id, put]);
  return { list, error, put };
}

function withDispatch(
  list: readonly DispatchPartsFragment[],
  dispatch: DispatchPartsFragment,
): readonly DispatchPartsFragment[] {
  if (list.some(({ id }) => id === dispatch.id))
    return list.map((one) => (one.id === dispatch.id ? dispatch : one));
  return [dispatch, ...list];
}
