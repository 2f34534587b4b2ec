// Where requests wait their turn: decided one after the other, kept together, and only then acted on.

import type { Plan } from "../../domain/dispatch/asset-plan.ts";
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { AssetState } from "../../domain/dispatch/energy-check.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type {
  DispatchChange,
  DispatchStore,
  NamedRequest,
} from "../../domain/ports/dispatch-store.ts";
import { type AssetPlans, dispatchesOf, type Joining, withJoining } from "./asset-plans.ts";

/** The fleet as a request meets it: with everything in force that was accepted before. */
export interface BatchView {
  readonly nowMs: number;
  stateOf(index: number): AssetState;
  /** Accepts a request, with what comes of it, maybe nothing; it is acted on once it is kept. */
  accept(joinings: readonly Joining[]): void;
}

export interface DispatchBatcher {
  /**
   * Decides a request in its turn, and answers once what it accepted is kept and in the plans.
   *
   * @param named The request, where its client named it: kept with what is accepted for it.
   * @throws      What the store throws.
   */
  submit<T>(decide: (view: BatchView) => T, named?: NamedRequest): Promise<T>;
}

/** A request, and who waits for it. */
interface Waiting {
  decide(view: BatchView): unknown;
  readonly named: NamedRequest | undefined;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

interface Decided {
  readonly job: Waiting;
  readonly answer: unknown;
  /** What comes of it; undefined where it was refused. */
  readonly joinings: readonly Joining[] | undefined;
}

/** Dispatches that are kept together: more wait for the next turn. */
const MOST_TOGETHER = 1000;
/** How long deciding may take before ticks and others have their turn, in ms. */
const DECIDE_MS = 20;

/** The plans of assets once all that was accepted has joined them: made when somebody asks. */
function joinedPlans(nowMs: number) {
  const joined = new Map<string, { plan: Plan | undefined; readonly added: Joining[] }>();
  return {
    add(joining: Joining): void {
      const known = joined.get(joining.assetId);
      if (known === undefined) joined.set(joining.assetId, { plan: undefined, added: [joining] });
      else known.added.push(joining);
    },
    planOf({ asset, plan }: AssetState): Plan {
      const known = joined.get(asset.id);
      if (known === undefined) return plan;
      const joinAll = (before: Plan, it: Joining) => withJoining(before, it, nowMs).plan;
      known.plan = known.added.splice(0).reduce(joinAll, known.plan ?? plan);
      return known.plan;
    },
  };
}

/** Each field by its name: this is done for every request. */
function withPlan(state: AssetState, plan: Plan): AssetState {
  return {
    asset: state.asset,
    plan,
    socMwhr: state.socMwhr,
    currentMw: state.currentMw,
    tick: state.tick,
    dtS: state.dtS,
  };
}

interface BatcherDeps {
  readonly assetPlans: AssetPlans;
  readonly store: DispatchStore;
  readonly clock: Clock;
  /** The present of the fleet, in ms since the epoch. */
  readonly presentMs: () => number;
  /** Keeps what happened; resolves once the store says so. */
  readonly keep: (changes: readonly DispatchChange[]) => Promise<void>;
}

export function createDispatchBatcher({
  assetPlans,
  store,
  clock,
  presentMs,
  keep,
}: BatcherDeps): DispatchBatcher {
  const waiting: Waiting[] = [];
  let isBusy = false;

  /** Decides those that wait, until they have accepted as much as is kept together or took too long. */
  function decideNext(): readonly Decided[] {
    const nowMs = presentMs();
    const beganMs = clock.nowMs();
    const isTimeLeft = () => clock.nowMs() < beganMs + DECIDE_MS;
    const joined = joinedPlans(nowMs);
    const decided: Decided[] = [];
    let count = 0;
    let joinings: readonly Joining[] | undefined;
    const view: BatchView = {
      nowMs,
      stateOf(index) {
        const state = assetPlans.stateOf(index);
        const plan = joined.planOf(state);
        return plan === state.plan ? state : withPlan(state, plan);
      },
      accept(accepted) {
        joinings = accepted;
        for (const joining of accepted) {
          joined.add(joining);
          count += dispatchesOf(joining).length;
        }
      },
    };
    while (waiting.length > 0 && count < MOST_TOGETHER && isTimeLeft()) {
      const job = waiting.shift() as Waiting;
      joinings = undefined;
      try {
        decided.push({ job, answer: job.decide(view), joinings });
      } catch (error) {
        job.reject(error);
      }
    }
    return decided;
  }

  async function act(decided: readonly Decided[]): Promise<void> {
    const accepted: Decided[] = [];
    const joinings: Joining[] = [];
    const requests: NamedRequest[] = [];
    for (const one of decided) {
      const { job, answer } = one;
      if (one.joinings === undefined) {
        job.resolve(answer);
        continue;
      }
      accepted.push(one);
      joinings.push(...one.joinings);
      if (job.named !== undefined) requests.push(job.named);
    }
    const dispatches: Dispatch[] = [];
    for (const joining of joinings) dispatches.push(...dispatchesOf(joining));
    try {
      const isKept = dispatches.length + requests.length > 0;
      if (isKept) await store.add(dispatches, requests);
      const nowMs = presentMs();
      const changes: DispatchChange[] = [...assetPlans.beginUnderWay(nowMs)];
      for (const joining of joinings) changes.push(...assetPlans.join(joining, nowMs));
      const kept = keep(changes);
      // What took a schedule away without a name has nothing that is kept already.
      if (!isKept) await kept;
      for (const { job, answer } of accepted) job.resolve(answer);
    } catch (error) {
      for (const { job } of accepted) job.reject(error);
    }
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      // Those that come at once are decided and kept at once, and ticks have their turn in between.
      await clock.turn();
      await act(decideNext());
    }
    isBusy = false;
  }

  return {
    submit: <T>(decide: (view: BatchView) => T, named?: NamedRequest) =>
      new Promise<T>((resolve, reject) => {
        const resolveAnswer = (answer: unknown) => resolve(answer as T);
        waiting.push({ decide, named, resolve: resolveAnswer, reject });
        void serve();
      }),
  };
}
