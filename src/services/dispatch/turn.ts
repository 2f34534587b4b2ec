// The turns of requests: each decides those that wait, in the order of receipt, for some ms.
import type { AuditRecord } from "../../domain/audit/record.ts";
import type { Steps } from "../../domain/base/steps.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { NamedRequest } from "../../domain/ports/dispatch-store.ts";
import { type Accepted, type Answer, type Decided, endsDemo, type FleetView } from "./decide.ts";
import { createExplanations, type Explanations } from "./explanations.ts";
import type { AssetPlans } from "./plans.ts";
import type { QueuedRequest, RequestQueue } from "./request-queue.ts";
import { advanceUntil, type Slices } from "./slices.ts";
import type { RequestTrace } from "./traces.ts";
import { createTurnStates, type TurnStates } from "./turn-states.ts";

export interface BatchRequest extends QueuedRequest {
  /** In one step, or in several, before which others have their turn. */
  decide(view: FleetView): Decided | Steps<Decided>;
  /** Stands for the requests that a client sent together; left out: it came alone. */
  readonly together?: object | undefined;
  /** The request, where its client named it: stored with what is accepted for it. */
  readonly named?: NamedRequest | undefined;
  /** The record of the audit log that is stored with what is accepted; left out: there is none. */
  readonly recordOf?: (accepted: Accepted) => AuditRecord;
}

/** A request that waits for its answer. */
export interface Job extends BatchRequest {
  readonly trace: RequestTrace;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** What one turn accepted; a refusal is answered by itself. */
export interface Turn {
  readonly accepted: Map<Job, Explanations>;
  readonly decidedMs: number;
}

/** What a turn decides: everything in its order, or stops alone, beside a commit that is under way. */
export type TurnKind = "all" | "stops";

export interface Turns {
  /**
   * Decides the requests that wait: as many dispatches as are committed together, for some ms. Their assets are held
   * until the turn ends.
   */
  take(kind: TurnKind): Turn;
  /** Ends a turn, once what it accepted is in the plans. */
  end(turn: Turn): void;
  /** Whether there is something to decide, or to commit. */
  hasNext(kind: TurnKind): boolean;
}

/** Of so many dispatches, deciding, storing and adding them to the plans take some ms each: others have their turn between. */
export const MANY = 200;
/** How long a turn decides, in ms: what is decided in one turn has one commit, and a hundred at once take some ms. */
const DECIDE_MS = 15;
/** Dispatches that are committed together: more wait for the next turn. */
const MOST_TOGETHER = 1000;

export interface TurnDeps {
  readonly plans: AssetPlans;
  readonly clock: Clock;
  readonly slices: Slices;
  readonly table: () => FleetTable;
  /** The present of the fleet, in ms since the epoch. */
  readonly presentMs: () => number;
  /** Runs the ticks that are due now, so that the plans are at the last instant of the grid. */
  readonly runDue: () => void;
  /** A new UUID. */
  readonly newId: () => string;
  /** Called where a turn accepts what ends the demo, before that is stored. */
  readonly onDemoEnding: () => void;
}

/** @param onReady Is called when something was decided in slices, and waits for the next turn. */
export function createTurns(deps: TurnDeps, queue: RequestQueue<Job>, onReady: () => void): Turns {
  const { clock, slices } = deps;
  /** What was decided in slices since the last turn. */
  const ready: { readonly job: Job; readonly decided: Decided }[] = [];

  /** The decision on a request; undefined where it takes longer, and is made in slices. */
  function decide(job: Job, view: FleetView, untilMs: number): Decided | undefined {
    const decided = job.decide(view);
    if ("accepted" in decided) return decided;
    const found = advanceUntil(decided, clock, untilMs);
    if (found === undefined) void decideInSlices(job, decided);
    return found?.value;
  }

  function fail({ trace, reject }: Job, error: unknown): void {
    trace.failed(error);
    reject(error);
  }

  /** Other requests for its assets wait meanwhile, and until what it accepts is stored. */
  async function decideInSlices(job: Job, steps: Steps<Decided>): Promise<void> {
    queue.hold(job.assetIds);
    try {
      ready.push({ job, decided: await slices.run("decision", steps) });
    } catch (error) {
      fail(job, error);
      queue.release(job.assetIds);
    }
    onReady();
  }

  /** Notes a decision in its turn, and returns how many dispatches it accepts. */
  function note(turn: Turn, states: TurnStates, job: Job, decided: Decided): number {
    if (!decided.accepted) {
      slices
        .run("numbers", decided.refused(), job.together)
        .then(job.resolve, (error) => fail(job, error));
      return 0;
    }
    job.trace.decided("accepted");
    // A client's request is decided as if there were no demo, which it ends.
    if (endsDemo(decided)) {
      states.add(decided);
      deps.onDemoEnding();
    }
    turn.accepted.set(job, createExplanations(decided, clock));
    return decided.dispatches.length;
  }

  return {
    hasNext: (kind) => (kind === "stops" ? queue.hasStop() : ready.length > 0 || queue.hasNext()),
    end({ accepted }) {
      for (const { assetIds } of accepted.keys()) queue.release(assetIds);
    },
    take(kind) {
      deps.runDue();
      const clockMs = clock.nowMs();
      const [nowMs, table] = [deps.presentMs(), deps.table()];
      const states = createTurnStates(deps.plans, table, nowMs);
      const { stateOf, ownStateOf } = states;
      const view = { table, nowMs, clockMs, stateOf, ownStateOf, newId: deps.newId };
      const turn: Turn = { accepted: new Map(), decidedMs: nowMs };
      if (kind === "all")
        for (const { job, decided } of ready.splice(0)) {
          note(turn, states, job, decided);
          queue.release(job.assetIds);
        }
      let count = 0;
      let job: Job | undefined;
      do {
        // What leads to many dispatches has a turn and a commit of its own: what came before does not wait for it.
        if (job !== undefined && queue.isLargeNext()) break;
        job = kind === "stops" ? queue.takeStop() : queue.take();
        if (job === undefined) break;
        try {
          const decided = decide(job, view, clockMs + DECIDE_MS);
          if (decided !== undefined) count += note(turn, states, job, decided);
        } catch (error) {
          fail(job, error);
        }
      } while (!job.isLarge && count < MOST_TOGETHER && clock.nowMs() < clockMs + DECIDE_MS);
      for (const { assetIds } of turn.accepted.keys()) queue.hold(assetIds);
      return turn;
    },
  };
}
