// The turns of requests: decided one after the other, committed together, and only then in force and answered.
import type { Plan } from "../../domain/dispatch/asset-plan.ts";
import { addDispatch, replaceSchedule } from "../../domain/dispatch/asset-plan-changes.ts";
import type { AssetState } from "../../domain/dispatch/energy-check.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { DispatchStore, NamedRequest } from "../../domain/ports/dispatch-store.ts";
import type { Accepted, Answer, FleetView } from "./decide.ts";
import type { AssetPlans } from "./plans.ts";

export interface DispatchBatch {
  /**
   * Decides a request in its turn, and resolves with the answer once what it accepted is stored and in the plans.
   *
   * @param named The request, where its client named it: stored with what is accepted for it.
   * @throws      The fault of the store.
   */
  submit(decide: (view: FleetView) => Answer, named?: NamedRequest): Promise<Answer>;
}

/** A request that waits for its answer. */
interface Job {
  decide(view: FleetView): Answer;
  readonly named: NamedRequest | undefined;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** The answers that were decided at one instant, in ms since the epoch. */
interface Decided {
  readonly answers: ReadonlyMap<Job, Answer>;
  readonly decidedMs: number;
}

/** Dispatches that are committed together: more wait for the next turn. */
const MOST_TOGETHER = 1000;
/** How long a turn may decide before ticks and others have theirs, in ms. */
const DECIDE_MS = 20;

interface BatchDeps {
  readonly plans: AssetPlans;
  readonly store: DispatchStore;
  readonly clock: Clock;
  readonly table: () => FleetTable;
  /** The present of the fleet, in ms since the epoch. */
  readonly presentMs: () => number;
  /** Runs the ticks that are due now, so that the plans are at the last instant of the grid. */
  readonly runDue: () => void;
  /** A new UUID. */
  readonly newId: () => string;
}

export function createDispatchBatch(deps: BatchDeps): DispatchBatch {
  const { plans, store, clock, presentMs, runDue } = deps;
  const waiting: Job[] = [];
  let isBusy = false;

  /** Answers the jobs that wait, up to as many dispatches as are committed together, and for as long as a turn decides. */
  function decideWaiting(): Decided {
    runDue();
    const clockMs = clock.nowMs();
    const forecast = createForecast(plans, presentMs());
    const { nowMs, stateOf } = forecast;
    const view: FleetView = { table: deps.table(), nowMs, clockMs, stateOf, newId: deps.newId };
    const answers = new Map<Job, Answer>();
    let count = 0;
    while (waiting.length > 0 && count < MOST_TOGETHER && clock.nowMs() < clockMs + DECIDE_MS) {
      const job = waiting.shift() as Job;
      try {
        const answer = job.decide(view);
        answers.set(job, answer);
        if (!answer.accepted) continue;
        forecast.add(answer);
        count += answer.dispatches.length;
      } catch (error) {
        job.reject(error);
      }
    }
    return { answers, decidedMs: nowMs };
  }

  /** Stores what was accepted, adds it to the plans, and gives the answers: a refusal at once. */
  async function commit({ answers, decidedMs }: Decided): Promise<void> {
    const accepted = new Map<Job, Accepted>();
    for (const [job, answer] of answers) {
      if (answer.accepted) accepted.set(job, answer);
      else job.resolve(answer);
    }
    const dispatches = [...accepted.values()].flatMap((answer) => answer.dispatches);
    const requests = [...accepted.keys()].flatMap(({ named }) => named ?? []);
    try {
      const isStored = dispatches.length + requests.length > 0;
      if (isStored) await store.add(dispatches, requests);
      runDue();
      const added = plans.add([...accepted.values()], decidedMs);
      // Where a schedule was removed by a request without a name, nothing is stored before.
      if (!isStored) await added;
      for (const [job, answer] of accepted) job.resolve(answer);
    } catch (error) {
      for (const job of accepted.keys()) job.reject(error);
    }
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      // Requests that come at once are committed at once, and ticks have their turn in between.
      await clock.turn();
      await commit(decideWaiting());
    }
    isBusy = false;
  }

  return {
    submit: (decide, named) =>
      new Promise((resolve, reject) => {
        waiting.push({ decide, named, resolve, reject });
        void serve();
      }),
  };
}

/**
 * The states of the assets with what this turn accepted in their plans: a plan is made when another request meets
 * the same asset. At the commit it is made again, as time may have changed the plan by then.
 */
function createForecast(plans: AssetPlans, nowMs: number) {
  const added = new Map<string, { plan: Plan | undefined; steps: ((plan: Plan) => Plan)[] }>();

  function addTo(assetId: string, step: (plan: Plan) => Plan): void {
    const known = added.get(assetId);
    if (known === undefined) added.set(assetId, { plan: undefined, steps: [step] });
    else known.steps.push(step);
  }

  return {
    nowMs,
    add({ dispatches, scheduleOf }: Accepted): void {
      if (scheduleOf !== null)
        addTo(scheduleOf, (plan) => replaceSchedule(plan, dispatches, nowMs).plan);
      else
        for (const dispatch of dispatches)
          addTo(dispatch.assetId, (plan) => addDispatch(plan, dispatch, nowMs).plan);
    },
    stateOf(index: number): AssetState {
      const state = plans.stateOf(index);
      const known = added.get(state.asset.id);
      if (known === undefined) return state;
      known.plan = known.steps
        .splice(0)
        .reduce((plan, step) => step(plan), known.plan ?? state.plan);
      return plans.stateOf(index, known.plan);
    },
  };
}
