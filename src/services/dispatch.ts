import type { RefusalCode } from "../domain/codes.ts";
import { type Dispatch } from "../domain/dispatch.ts";
import { assetRetired, assetUnknown, type DispatchRefusal, type DispatchRequest, refuseDispatch, requestedMw } from "../domain/dispatch-request.ts";
import type { AssetGateway } from "../domain/ports/asset-gateway.ts";
import type { Chance } from "../domain/ports/chance.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type {
  DispatchFilter,
  DispatchStore,
  ListedDispatch,
} from "../domain/ports/dispatch-store.ts";
import type { Log } from "../domain/ports/log.ts";

export type DispatchResult =
  | { readonly accepted: true; readonly dispatch: Dispatch }
  | { readonly accepted: false; readonly refusal: DispatchRefusal };

export interface DispatchService {
  /** Decides, stores, acts, and only then answers. A refusal changes nothing. */
  dispatch(request: DispatchRequest): Promise<DispatchResult>;
  /** The dispatch of this id; undefined where there is none, or its asset is not in the fleet. */
  find(id: string): Promise<Dispatch | undefined>;
  /** Dispatches, newest first. */
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
  /** How many requests ended in each way. */
  outcomes(): ReadonlyMap<"accepted" | RefusalCode, number>;
}

interface DispatchDeps {
  readonly gateway: AssetGateway;
  readonly store: DispatchStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export function createDispatch({
  gateway,
  store,
  clock,
  chance,
  log,
}: DispatchDeps): DispatchService {
  const outcomes = new Map<"accepted" | RefusalCode, number>();
  /** Position of the dispatch that each asset was told last. */
  const told = new Float64Array(gateway.table.assets.length);
  const count = (outcome: "accepted" | RefusalCode) =>
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);

  function refuse(request: DispatchRequest, refusal: DispatchRefusal): DispatchResult {
    count(refusal.code);
    log.info({ assetId: request.assetId, code: refusal.code }, `refused: ${refusal.message}`);
    return { accepted: false, refusal };
  }

  return {
    async dispatch(request) {
      const asset = gateway.table.findAsset(request.assetId);
      if (asset === undefined) return refuse(request, assetUnknown(request.assetId));
      const index = gateway.table.indexOf(asset.id);
      if (index === undefined) return refuse(request, assetRetired(asset));
      const refusal = refuseDispatch(asset, request);
      if (refusal !== undefined) return refuse(request, refusal);
      const dispatch: Dispatch = {
        id: chance.newId(),
        assetId: asset.id,
        mw: requestedMw(request),
        durationS: request.durationS,
        status: "accepted",
        reason: null,
        submittedAtMs: Math.floor(clock.nowMs()),
      };
      const position = await store.add(dispatch);
      // Of several at once the last in the store wins, as it will after a restart.
      if (position > (told[index] ?? 0)) {
        told[index] = position;
        gateway.setSetpoint(index, dispatch.mw, clock.nowMs());
      }
      count("accepted");
      log.debug({ dispatch }, `accepted: ${asset.name} to hold ${dispatch.mw} MW`);
      return { accepted: true, dispatch };
    },
    async find(id) {
      const found = await store.find(id);
      return found && gateway.table.findAsset(found.assetId) ? found : undefined;
    },
    list: (filter) => store.list(filter),
    outcomes: () => outcomes,
  };
}
