// Requests that are decided together: committed together, and only then in force and answered.
import type { Clock } from "../../domain/ports/clock.ts";
import type { DispatchStore } from "../../domain/ports/dispatch-store.ts";
import type { WorkTurns } from "../work-turns.ts";
import { type Accepted, type Answer, NOTHING } from "./decide.ts";
import type { Explanations } from "./explanations.ts";
import { createRequestQueue } from "./request-queue.ts";
import { SLICE_MS } from "./slices.ts";
import { type DispatchTraces, NO_REQUEST_TRACE, type RequestTrace } from "./traces.ts";
import {
  type BatchRequest,
  createTurns,
  type Job,
  MANY,
  type Turn,
  type TurnDeps,
  type TurnKind,
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

interface BatchDeps extends TurnDeps {
  readonly workTurns: WorkTurns;
  readonly store: DispatchStore;
  readonly traces: DispatchTraces;
}

export function createDispatchBatch(deps: BatchDeps): DispatchBatch {
  const { plans, store, clock, workTurns, slices, runDue, traces } = deps;
  const queue = createRequestQueue<Job>();
  const turns = createTurns(deps, queue, () => serveAll());
  const busy = new Set<TurnKind>();

  /** Stores what was accepted, adds it to the plans, and gives the answers. */
  async function commit(turn: Turn): Promise<void> {
    const { accepted, decidedMs } = turn;
    const answers: [Job, Accepted][] = [...accepted].map(([job, it]) => [job, it.accepted()]);
    const all = answers.map(([, answer]) => answer);
    const dispatches = all.flatMap((answer) => answer.dispatches);
    const requests = answers.flatMap(([{ named }]) => named ?? []);
    const records = answers.flatMap(([{ recordOf }, answer]) => recordOf?.(answer) ?? []);
    const span = traces.commit(answers.map(([{ trace }, answer]) => [trace, answer]));
    const restIfMany = () => (dispatches.length < MANY ? undefined : workTurns.next("commit"));
    try {
      const isStored = dispatches.length + requests.length > 0;
      await restIfMany();
      if (isStored || records.length > 0)
        await span.run(() => store.add(dispatches, requests, records));
      await restIfMany();
      runDue();
      const added = span.run(() => plans.add(all, decidedMs));
      // Where a schedule was removed by a request without a name, nothing is stored before.
      if (!isStored && all.some(({ scheduleOf }) => scheduleOf !== null)) await added;
      span.end();
      for (const [job, it] of accepted) answer(job, it);
    } catch (error) {
      span.end(error);
      for (const [job, { dispatches, scheduleOf }] of answers)
        if (dispatches.length > 0 || job.named || scheduleOf !== null) job.reject(error);
        else job.resolve(NOTHING);
    }
    turns.end(turn);
  }

  function answer(job: Job, explanations: Explanations): void {
    // The answer to a stop does not wait for numbers.
    if (explanations.isWhole() || job.isStop) job.resolve(explanations.accepted());
    else
      slices.run("answer", explanations.steps(), job.together).then(() => {
        // They were stored without these numbers.
        plans.explain(explanations.accepted().dispatches);
        job.resolve(explanations.accepted());
      }, job.reject);
  }

  async function serve(kind: TurnKind): Promise<void> {
    if (busy.has(kind)) return;
    busy.add(kind);
    while (turns.hasNext(kind)) {
      // Requests that come at once are committed at once, and ticks have their turn in between.
      await workTurns.next(kind === "stops" ? "stop" : "commit");
      const turn = turns.take(kind);
      if (turn.accepted.size === 0) continue;
      explainSoon(turn, clock);
      await commit(turn);
    }
    busy.delete(kind);
    serveAll();
  }

  /** A stop does not wait for a commit under way that has nothing for its assets. */
  function serveAll(): void {
    if (busy.has("all") && turns.hasNext("stops")) void serve("stops");
    if (turns.hasNext("all")) void serve("all");
  }

  const enqueue = (request: BatchRequest, trace: RequestTrace) =>
    new Promise<Answer>((resolve, reject) => {
      queue.add({ ...request, trace, resolve: noted(trace, resolve), reject });
      traces.forAll(serveAll);
    });

  return {
    submit: (request) => enqueue(request, traces.begin(request.together)),
    async afterRequestsFor(assetIds) {
      if (!queue.hasFor(assetIds)) await clock.turn();
      else await enqueue({ assetIds, isStop: true, decide: () => NOTHING }, NO_REQUEST_TRACE);
    },
  };
}

/** Notes a refusal in its trace; what is accepted was noted when it was decided. */
function noted(trace: RequestTrace, resolve: (answer: Answer) => void) {
  return (answer: Answer) => {
    if (!answer.accepted) trace.decided(answer.refusal.code);
    resolve(answer);
  };
}

/** Computes what little work gives for some of what was accepted: it is stored with the dispatches. */
function explainSoon({ accepted }: Turn, clock: Clock): void {
  const untilMs = clock.nowMs() + SLICE_MS;
  for (const it of accepted.values()) {
    it.advance();
    if (clock.nowMs() >= untilMs) return;
  }
}
