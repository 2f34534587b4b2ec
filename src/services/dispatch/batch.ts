// Requests that are decided together: committed together, and only then in force and answered.
import { done } from "../../domain/base/steps.ts";
import type { DispatchStore } from "../../domain/ports/dispatch-store.ts";
import type { WorkTurns } from "../work-turns.ts";
import type { Accepted, Answer, Decided } from "./decide.ts";
import type { Explanations } from "./explanations.ts";
import { createRequestQueue } from "./request-queue.ts";
import { SLICE_MS } from "./slices.ts";
import {
  type BatchRequest,
  createTurns,
  type Job,
  MANY,
  type Turn,
  type TurnDeps,
} from "./turn.ts";

export interface DispatchBatch {
  /**
   * Decides a request in its turn, and resolves with the answer once what it accepted is stored and in the plans.
   *
   * @throws The fault of the store.
   */
  submit(request: BatchRequest): Promise<Answer>;
  /** Resolves once the requests that came before for some assets are decided and stored: they go before those for others. */
  afterRequestsFor(assetIds: readonly string[]): Promise<void>;
}

const NOTHING: Extract<Decided, { accepted: true }> = {
  ...{ accepted: true, dispatches: [], scheduleOf: null },
  withWindows: () => done([]),
};

interface BatchDeps extends TurnDeps {
  readonly workTurns: WorkTurns;
  readonly store: DispatchStore;
}

export function createDispatchBatch(deps: BatchDeps): DispatchBatch {
  const { plans, store, clock, workTurns, slices, runDue } = deps;
  const queue = createRequestQueue<Job>();
  const turns = createTurns(deps, queue, () => void serve());
  let isBusy = false;
  /** The assets of what is being stored. */
  let underWay: ReadonlySet<string> = new Set();

  /** Stores what was accepted, adds it to the plans, and gives the answers. */
  async function commit({ accepted, decidedMs }: Turn): Promise<void> {
    const answers: [Job, Accepted][] = [...accepted].map(([job, it]) => [job, it.accepted()]);
    const all = answers.map(([, answer]) => answer);
    const dispatches = all.flatMap((answer) => answer.dispatches);
    const requests = answers.flatMap(([{ named }]) => named ?? []);
    underWay = new Set([...accepted.keys()].flatMap(({ assetIds }) => assetIds));
    const restIfMany = () => (dispatches.length < MANY ? undefined : workTurns.next("commit"));
    try {
      const isStored = dispatches.length + requests.length > 0;
      await restIfMany();
      if (isStored) await store.add(dispatches, requests);
      await restIfMany();
      runDue();
      const added = plans.add(all, decidedMs);
      // Where a schedule was removed by a request without a name, nothing is stored before.
      if (!isStored && all.some(({ scheduleOf }) => scheduleOf !== null)) await added;
      for (const [job, it] of accepted) answer(job, it);
    } catch (error) {
      for (const [job, { dispatches, scheduleOf }] of answers)
        if (dispatches.length > 0 || job.named || scheduleOf !== null) job.reject(error);
        else job.resolve(NOTHING);
    }
    underWay = new Set();
  }

  function answer(job: Job, explanations: Explanations): void {
    // The answer to a stop does not wait for numbers.
    if (explanations.isWhole() || job.isStop) job.resolve(explanations.accepted());
    else
      slices.run(explanations.steps()).then(() => {
        // They were stored without these numbers.
        plans.explain(explanations.accepted().dispatches);
        job.resolve(explanations.accepted());
      }, job.reject);
  }

  /** Computes what little work gives for some of what was accepted: it is stored with the dispatches. */
  function explainSoon({ accepted }: Turn): void {
    const untilMs = clock.nowMs() + SLICE_MS;
    for (const it of accepted.values()) {
      it.advance();
      if (clock.nowMs() >= untilMs) return;
    }
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (turns.hasNext()) {
      // Requests that come at once are committed at once, and ticks have their turn in between.
      await workTurns.next("commit");
      const turn = turns.take();
      explainSoon(turn);
      await commit(turn);
    }
    isBusy = false;
  }

  const submit = (request: BatchRequest) =>
    new Promise<Answer>((resolve, reject) => {
      queue.add({ ...request, resolve, reject });
      void serve();
    });

  return {
    submit,
    async afterRequestsFor(assetIds) {
      const isFree = !queue.hasFor(assetIds) && !assetIds.some((id) => underWay.has(id));
      if (isFree) await clock.turn();
      else await submit({ assetIds, isStop: true, decide: () => NOTHING });
    },
  };
}
