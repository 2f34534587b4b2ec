// The queue of changes to the fleet: changes that come together are served together, in their order.
import type { ChangesRefused, Clamp, FleetChange, Origin } from "../../domain/fleet/change.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../domain/fleet/reconcile.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { ReloadResult } from "./reload.ts";

export type FleetChangeResult =
  | {
      readonly accepted: true;
      /** The fleet with the changes, and with those of other requests. */
      readonly table: FleetTable;
      /** Numbers that were brought within bounds, stored energy too. */
      readonly clamps: readonly Clamp[];
    }
  | ChangesRefused;

/** The two ends of a request. */
interface Settling<T> {
  resolve(result: T): void;
  reject(error: unknown): void;
}

export interface ChangeJob extends Settling<FleetChangeResult> {
  readonly changes: readonly FleetChange[];
  readonly by: Principal;
}

export interface ReloadJob extends Settling<ReloadResult> {
  readonly given: GivenFleet;
  readonly origin: Exclude<Origin, "api">;
  readonly by: Principal;
}

export interface FleetQueue {
  change(changes: readonly FleetChange[], by: Principal): Promise<FleetChangeResult>;
  reload(given: GivenFleet, origin: Exclude<Origin, "api">, by: Principal): Promise<ReloadResult>;
  /** Rejects the requests that still wait. */
  clear(error: unknown): void;
}

export interface FleetQueueDeps {
  /** Answers each job, also where a step fails. */
  readonly changeTogether: (jobs: readonly ChangeJob[]) => Promise<void>;
  readonly reloadNow: (job: ReloadJob) => Promise<void>;
}

/** Requests that are served together: more wait for the next turn. */
const MOST_TOGETHER = 1_000;

export function createFleetQueue({ changeTogether, reloadNow }: FleetQueueDeps): FleetQueue {
  const waiting: (ChangeJob | ReloadJob)[] = [];
  let isBusy = false;

  /** The changes that wait before the next reload. */
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

  function join<T>(jobOf: (settling: Settling<T>) => ChangeJob | ReloadJob): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.push(jobOf({ resolve, reject }));
      void serve();
    });
  }

  return {
    change: (changes, by) => join<FleetChangeResult>((settling) => ({ ...settling, changes, by })),
    reload: (given, origin, by) =>
      join<ReloadResult>((settling) => ({ ...settling, given, origin, by })),
    clear(error) {
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  };
}
