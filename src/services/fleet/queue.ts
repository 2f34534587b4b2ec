// Where changes of the fleet wait their turn: those that come together are served together, in their order.
import type { ChangesRefused, Clamp, FleetChange, Origin } from "../../domain/fleet/change.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../domain/fleet/reconcile.ts";
import type { ReloadResult } from "./reload.ts";

export type FleetChangeResult =
  | {
      readonly accepted: true;
      /** The fleet with them, which may have changes of others too. */
      readonly table: FleetTable;
      /** Numbers that were brought within bounds, stored energy too. */
      readonly clamps: readonly Clamp[];
    }
  | ChangesRefused;

/** Who waits for an answer. */
interface Waiter<T> {
  resolve(result: T): void;
  reject(error: unknown): void;
}

export interface ChangeJob extends Waiter<FleetChangeResult> {
  readonly changes: readonly FleetChange[];
}

export interface ReloadJob extends Waiter<ReloadResult> {
  readonly given: GivenFleet;
  readonly origin: Exclude<Origin, "api">;
}

export interface FleetQueue {
  change(changes: readonly FleetChange[]): Promise<FleetChangeResult>;
  reload(given: GivenFleet, origin: Exclude<Origin, "api">): Promise<ReloadResult>;
  /** Rejects those that still wait. */
  clear(error: unknown): void;
}

export interface FleetQueueDeps {
  /** Answers each, also where something fails. */
  readonly changeTogether: (jobs: readonly ChangeJob[]) => Promise<void>;
  readonly reloadNow: (job: ReloadJob) => Promise<void>;
}

/** Requests that are served together: more wait for the next turn. */
const MOST_TOGETHER = 1_000;

export function createFleetQueue({ changeTogether, reloadNow }: FleetQueueDeps): FleetQueue {
  const waiting: (ChangeJob | ReloadJob)[] = [];
  let isBusy = false;

  /** Those that wait before the next reload. */
  function takeChanges(): readonly ChangeJob[] {
    const jobs: ChangeJob[] = [];
    for (let [job] = waiting; job !== undefined && "changes" in job; [job] = waiting) {
      if (jobs.length === MOST_TOGETHER) break;
      jobs.push(job);
      waiting.shift();
    }
    return jobs;
  }

  async function serve(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const jobs = takeChanges();
      if (jobs.length > 0) await changeTogether(jobs);
      else {
        const job = waiting.shift() as ReloadJob;
        await reloadNow(job).catch(job.reject);
      }
    }
    isBusy = false;
  }

  function join<T>(jobOf: (waiter: Waiter<T>) => ChangeJob | ReloadJob): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.push(jobOf({ resolve, reject }));
      void serve();
    });
  }

  return {
    change: (changes) => join<FleetChangeResult>((waiter) => ({ ...waiter, changes })),
    reload: (given, origin) => join<ReloadResult>((waiter) => ({ ...waiter, given, origin })),
    clear(error) {
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  };
}
