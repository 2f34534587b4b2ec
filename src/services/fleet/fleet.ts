// The use cases of the fleet itself: each change is decided, stored, in force from the next tick on, and then answered.
import { Fault } from "../../domain/base/fault.ts";
import type { Clamp, FleetChange, Origin, Origins } from "../../domain/fleet/change.ts";
import { changeDraft } from "../../domain/fleet/changes.ts";
import { createFleetDraft, type FleetDraft } from "../../domain/fleet/draft.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../domain/fleet/reconcile.ts";
import type { FleetDifference, OpenedFleet } from "../../domain/ports/fleet-store.ts";
import type { TelemetryService } from "../telemetry/telemetry.ts";
import { countsOf, type FleetCounts, logCounts } from "./counts.ts";
import type { FleetInForce } from "./in-force.ts";
import { createFleetOutcomes, type FleetOutcome, type FleetOutcomes } from "./outcomes.ts";
import { createFleetPruning, type FleetPruningDeps } from "./pruning.ts";
import {
  type ChangeJob,
  createFleetQueue,
  type FleetChangeResult,
  type ReloadJob,
} from "./queue.ts";
import { decideReload, type OwnedFleet, type ReloadResult } from "./reload.ts";

/** Where the fleet does not run, changes reject with NOT_READY; where the store is away, with STORE_UNAVAILABLE. */
export interface FleetService {
  /** The newest accepted fleet: may be ahead of the newest frame by up to a tick. */
  table(): FleetTable;
  origins(): Origins;
  /** Who brought the site or asset of this id; one that is gone is said to be of the file, which alone lets it go. */
  originOf(id: string): Origin;
  /** All changes or none; resolves once they are kept and in force: when the first frame with them is there. */
  change(changes: readonly FleetChange[]): Promise<FleetChangeResult>;
  /** Puts what a file says in the place of all that did not come by the API. Resolves likewise. */
  reload(given: GivenFleet, origin: Exclude<Origin, "api">): Promise<ReloadResult>;
  /** Applies what was decided. Called as a tick begins, before the dispatches are brought to it. */
  beginTick(startMs: number): void;
  /**
   * Goes on with the fleet that was kept, where it was left. Called before the first tick.
   *
   * @returns The instant of its newest sample in ms since the epoch, 0 where there is none.
   */
  restore(opened: OpenedFleet, nowMs: number): number;
  /** Answers who waits for a tick that does not come any more. */
  stop(): void;
  /** How many requests ended in each way. */
  outcomes(): ReturnType<FleetOutcomes["counts"]>;
}

interface FleetDeps extends FleetPruningDeps {
  readonly inForce: FleetInForce;
  /** Who brought the fleet in force. */
  readonly origins: Origins;
  readonly telemetry: Pick<TelemetryService, "follow">;
  /** Whether a reload may remove more than half of the assets of the file. */
  readonly mayPrune: boolean;
}

/** What is kept, and is to be answered once it is in force. */
type Answer = (fleet: OwnedFleet, clamps: ReadonlyMap<string, Clamp>) => void;

export function createFleet(deps: FleetDeps): FleetService {
  const { inForce, store, mayPrune, isRunning, log } = deps;
  const pruning = createFleetPruning(deps);
  const outcomes = createFleetOutcomes();
  /** The fleet in force, with all that is kept. */
  let draft = createFleetDraft(inForce.table, deps.origins);
  let finished: OwnedFleet | undefined;
  let answers: Answer[] = [];
  let counted: FleetCounts[] = [];
  /** Tells those who asked for what the next frame is the first of. */
  let reportShown = () => {};

  function newest(): OwnedFleet {
    finished ??= draft.finish();
    return finished;
  }

  /** Answers at the first frame with what was kept; at once where there will be none. */
  function hold(held: readonly Answer[]): void {
    if (isRunning()) answers.push(...held);
    else for (const answer of held) answer(newest(), new Map());
  }

  async function put(difference: FleetDifference): Promise<void> {
    const { sites, assets } = difference;
    await pruning.over(assets);
    if (sites.length + assets.length > 0) await store.put(difference);
  }

  /** What was accepted of a request; where it is refused, that is said at once. */
  function decide({ changes, resolve, reject }: ChangeJob, trial: FleetDraft): readonly Answer[] {
    try {
      const drafted = changeDraft(trial, changes);
      outcomes.countChanges(changes, drafted);
      if (drafted.accepted)
        return [
          ({ table }, clamps) => {
            const own = [...drafted.clamps, ...clampsOf(changes, clamps)];
            resolve({ accepted: true, table, clamps: own });
          },
        ];
      resolve(drafted);
    } catch (error) {
      reject(error);
    }
    return [];
  }

  /** Decides requests each by itself, and keeps together what is accepted. */
  async function changeTogether(jobs: readonly ChangeJob[]): Promise<void> {
    const trial = draft.fork();
    const decided = jobs.map((job) => ({ job, held: decide(job, trial) }));
    if (decided.every(({ held }) => held.length === 0)) return;
    const { sites, assets } = trial.puts();
    const counts = { sites: countsOf(sites, draft.site), assets: countsOf(assets, draft.asset) };
    try {
      await put({ sites, assets, originOf: () => "api" });
    } catch (error) {
      for (const { job, held } of decided) if (held.length > 0) job.reject(error);
      return;
    }
    draft.take(trial);
    finished = undefined;
    counted.push(counts);
    hold(decided.flatMap(({ held }) => held));
  }

  async function reloadNow({ given, origin, resolve }: ReloadJob): Promise<void> {
    const reload = decideReload(newest(), given, origin, mayPrune);
    outcomes.count("reload", outcomeOf(reload));
    if (!reload.accepted) return resolve(reload);
    const { next, sites, assets, counts, goneIds, backIds } = reload;
    const unknown = backIds.filter((id) => !inForce.knows(id));
    if (unknown.length > 0) inForce.remember(await store.statesOf(unknown));
    await put({ sites, assets, originOf: (id) => next.origins.get(id) ?? origin });
    draft = createFleetDraft(next.table, next.origins);
    finished = next;
    counted.push(counts);
    const isShown = new Promise<void>((shown) => {
      const answer: Answer = (_, clamps) => {
        const own = [...clamps.values()].filter((it) => next.origins.get(it.assetId) !== "api");
        resolve({ accepted: true, counts, clamps: own });
        shown();
      };
      hold([answer]);
    });
    if (counts.sites.gone + goneIds.length > 0 && origin === "file")
      pruning.start(goneIds, isShown);
  }

  const queue = createFleetQueue({ changeTogether, reloadNow });
  deps.telemetry.follow(() => reportShown());

  return {
    table: () => newest().table,
    origins: () => newest().origins,
    originOf: (id) => draft.originOf(id) ?? "file",
    async change(changes) {
      if (!isRunning()) throw notReady();
      return queue.change(changes);
    },
    async reload(given, origin) {
      if (!isRunning()) throw notReady();
      return queue.reload(given, origin);
    },
    beginTick(startMs) {
      if (answers.length === 0) return;
      const [fleet, held] = [newest(), answers];
      const isOther = fleet.table !== inForce.table;
      const clamps = isOther ? inForce.replace(fleet, startMs) : new Map<string, Clamp>();
      if (isOther) logCounts(log, fleet.table, counted);
      draft = createFleetDraft(fleet.table, fleet.origins);
      [answers, counted] = [[], []];
      reportShown = () => {
        reportShown = () => {};
        for (const answer of held) answer(fleet, clamps);
      };
    },
    restore(opened, nowMs) {
      draft = createFleetDraft(opened.table, opened.origins);
      finished = undefined;
      return inForce.begin(opened, nowMs);
    },
    stop() {
      queue.clear(notReady());
      for (const answer of answers.splice(0)) answer(newest(), new Map());
    },
    outcomes: outcomes.counts,
  };
}

function notReady(): Fault {
  return new Fault("NOT_READY", "the fleet does not run now: ask again", { retryable: true });
}

function outcomeOf(reload: ReturnType<typeof decideReload>): FleetOutcome {
  if (reload.accepted) return "accepted";
  return "refusal" in reload ? reload.refusal.code : "INVALID";
}

/** What the stored energy of the assets that these update was brought to. */
function clampsOf(
  changes: readonly FleetChange[],
  clamps: ReadonlyMap<string, Clamp>,
): readonly Clamp[] {
  const ids = changes.flatMap((it) => (it.kind === "updateAsset" ? it.assetId.toLowerCase() : []));
  return [...new Set(ids)].flatMap((id) => clamps.get(id) ?? []);
}
