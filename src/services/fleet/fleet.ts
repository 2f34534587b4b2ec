// The use cases of the fleet itself: each change is decided, stored, in force at the next instant of the grid, then answered.
import type { AuditRecord } from "../../domain/audit/record.ts";
import { Fault } from "../../domain/base/fault.ts";
import type { Clamp, FleetChange, Origin, Origins } from "../../domain/fleet/change.ts";
import { changeDraft } from "../../domain/fleet/changes.ts";
import { createFleetDraft, type FleetDraft } from "../../domain/fleet/draft.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { GivenFleet } from "../../domain/fleet/reconcile.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { FleetDifference, OpenedFleet } from "../../domain/ports/fleet-store.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { Audit, Audited } from "../audit/audit.ts";
import { auditedChange, auditedReload, changesSomething, subjectOf } from "./audited.ts";
import { countsOf, type FleetCounts, logCounts } from "./counts.ts";
import type { FleetInForce } from "./in-force.ts";
import { createFleetOutcomes, type FleetOutcome, type FleetOutcomes } from "./outcomes.ts";
import { createFleetPruning, type FleetPruningDeps } from "./pruning.ts";
import {
  type ChangeJob,
  createFleetQueue,
  type FleetChangeResult,
  type FleetQueueDeps,
} from "./queue.ts";
import { decideReload, type OwnedFleet, type ReloadResult } from "./reload.ts";

/** Where the fleet does not run, changes reject with NOT_READY; where the store is unavailable, with STORE_UNAVAILABLE. */
export interface FleetService {
  /** The newest accepted fleet: may be ahead of the newest frame by up to a tick. */
  table(): FleetTable;
  origins(): Origins;
  /** The origin of the site or asset of this id; `file` for an id that is gone, as only the file removes it. */
  originOf(id: string): Origin;
  /** All changes or none; resolves once they are stored and in force: at the first instant of the grid from now on. */
  change(changes: readonly FleetChange[], by: Principal): Promise<FleetChangeResult>;
  /** Replaces all that did not come by the API by the fleet of a file. Resolves likewise. */
  reload(given: GivenFleet, origin: Exclude<Origin, "api">, by: Principal): Promise<ReloadResult>;
  /**
   * Puts the accepted changes in force, and answers them. Called with an instant of the grid, once the tick that ends
   * there has run, before the dispatches are brought to it.
   */
  bringTo(instantMs: number): void;
  /**
   * Restores the stored fleet in its last state. Called before the first tick.
   *
   * @returns The instant of its newest sample in ms since the epoch, 0 where there is none.
   */
  restore(opened: OpenedFleet, nowMs: number): number;
  /** Gives the answers that wait for an instant of the grid, as no further tick comes. */
  stop(): void;
  /** How many requests had each outcome. */
  outcomes(): ReturnType<FleetOutcomes["counts"]>;
}

interface FleetDeps extends FleetPruningDeps {
  readonly inForce: FleetInForce;
  /** The origins of the fleet in force. */
  readonly origins: Origins;
  readonly latest: () => Frame;
  readonly clock: Pick<Clock, "nowMs">;
  /** Runs the ticks that are due now: those are of the fleet without the change. */
  readonly runDue: () => void;
  /** Whether a reload may remove more than half of the assets of the file. */
  readonly mayPrune: boolean;
  readonly audit: Audit;
}

export function createFleet(deps: FleetDeps): FleetService {
  const { inForce, latest, clock, isRunning, log } = deps;
  const outcomes = createFleetOutcomes();
  const newest = createNewestFleet(inForce.table, deps.origins);
  const answers = createHeldAnswers(newest);

  function bringTo(instantMs: number): void {
    const held = answers.take();
    if (held === undefined) return;
    const fleet = newest.fleet();
    const isOther = fleet.table !== inForce.table;
    const clamps = isOther ? inForce.replace(fleet, instantMs) : new Map<string, Clamp>();
    if (isOther) logCounts(log, fleet.table, held.counts);
    newest.replace(fleet);
    for (const answer of held.answers) answer(fleet, clamps);
  }

  /** Changes that were just stored: at an instant of the grid, once its tick has run, they are in force at once. */
  function hold(added: readonly Answer[], counts: FleetCounts): void {
    answers.hold(added, counts);
    const { timestampMs } = latest();
    if (!isRunning()) answers.giveNow();
    else if (clock.nowMs() === timestampMs) bringTo(timestampMs);
  }

  const queue = createFleetQueue(createFleetChanges(deps, newest, hold, outcomes));

  return {
    table: () => newest.fleet().table,
    origins: () => newest.fleet().origins,
    originOf: (id) => newest.draft().originOf(id) ?? "file",
    async change(changes, by) {
      if (!isRunning()) throw notReady();
      return queue.change(changes, by);
    },
    async reload(given, origin, by) {
      if (!isRunning()) throw notReady();
      return queue.reload(given, origin, by);
    },
    bringTo,
    restore(opened, nowMs) {
      newest.replace(opened);
      return inForce.begin(opened, nowMs);
    },
    stop() {
      queue.clear(notReady());
      answers.giveNow();
    },
    outcomes: outcomes.counts,
  };
}

type NewestFleet = ReturnType<typeof createNewestFleet>;

/** The newest accepted fleet, as a draft for the changes that follow. */
function createNewestFleet(table: FleetTable, origins: Origins) {
  let draft = createFleetDraft(table, origins);
  let finished: OwnedFleet | undefined;
  return {
    draft: () => draft,
    fleet(): OwnedFleet {
      finished ??= draft.finish();
      return finished;
    },
    take(trial: FleetDraft): void {
      draft.take(trial);
      finished = undefined;
    },
    replace(fleet: OwnedFleet): void {
      draft = createFleetDraft(fleet.table, fleet.origins);
      finished = { table: fleet.table, origins: fleet.origins };
    },
  };
}

/** An accepted request has an answer, and records. */
interface Decided {
  readonly held: readonly Answer[];
  readonly records: readonly AuditRecord[];
}

/** The answer to a change that is stored, given once the change is in force. */
type Answer = (fleet: OwnedFleet, clamps: ReadonlyMap<string, Clamp>) => void;

/** The answers that wait until their changes are in force, and the counts of these changes. */
function createHeldAnswers(newest: NewestFleet) {
  let answers: Answer[] = [];
  let counts: FleetCounts[] = [];

  return {
    hold(added: readonly Answer[], counted: FleetCounts): void {
      counts.push(counted);
      answers.push(...added);
    },
    /** The answers and counts up to now; undefined where no answer waits. */
    take() {
      if (answers.length === 0) return undefined;
      const taken = { answers, counts };
      [answers, counts] = [[], []];
      return taken;
    },
    giveNow(): void {
      for (const answer of answers.splice(0)) answer(newest.fleet(), new Map());
    },
  };
}

/** Changes and reloads: decided, stored, and their answers held. */
function createFleetChanges(
  deps: FleetDeps,
  newest: NewestFleet,
  hold: (added: readonly Answer[], counts: FleetCounts) => void,
  outcomes: FleetOutcomes,
): FleetQueueDeps {
  const { inForce, store, runDue, mayPrune, audit } = deps;
  const pruning = createFleetPruning(deps);

  async function put(difference: FleetDifference, records: readonly AuditRecord[]): Promise<void> {
    const { sites, assets } = difference;
    await pruning.over(assets);
    if (sites.length + assets.length + records.length > 0) await store.put(difference, records);
    runDue();
  }

  /** The answer to an accepted request; a refusal is answered at once. */
  function decide({ changes, by, resolve, reject }: ChangeJob, trial: FleetDraft): Decided {
    try {
      const before = changes.map((it) => subjectOf(trial, it));
      const drafted = changeDraft(trial, changes);
      outcomes.countChanges(changes, drafted);
      const audited = changes.map((it, n) =>
        auditedChange(it, before[n], drafted.accepted ? subjectOf(trial, it) : undefined),
      );
      if (drafted.accepted) {
        const answer: Answer = ({ table }, clamps) => {
          const own = [...drafted.clamps, ...clampsOf(changes, clamps)];
          resolve({ accepted: true, table, clamps: own });
        };
        const changed = audited.filter(changesSomething);
        return { held: [answer], records: changed.map((it) => audit.done(by, it)) };
      }
      for (const { index, code, message: reason } of drafted.refusals)
        audit.refuse(by, { ...(audited[index] as Audited), code, reason });
      resolve(drafted);
    } catch (error) {
      reject(error);
    }
    return { held: [], records: [] };
  }

  return {
    /** Decides requests each by itself, and stores together what is accepted. */
    async changeTogether(jobs) {
      const before = newest.draft();
      const trial = before.fork();
      const decided = jobs.map((job) => ({ job, ...decide(job, trial) }));
      if (decided.every(({ held }) => held.length === 0)) return;
      const { sites, assets } = trial.puts();
      const counts = {
        sites: countsOf(sites, before.site),
        assets: countsOf(assets, before.asset),
      };
      try {
        const records = decided.flatMap((it) => it.records);
        await put({ sites, assets, originOf: () => "api" }, records);
      } catch (error) {
        for (const { job, held } of decided) if (held.length > 0) job.reject(error);
        return;
      }
      newest.take(trial);
      hold(
        decided.flatMap(({ held }) => held),
        counts,
      );
    },
    async reloadNow({ given, origin, by, resolve }) {
      const reload = decideReload(newest.fleet(), given, origin, mayPrune);
      outcomes.count("reload", outcomeOf(reload));
      if (!reload.accepted) return resolve(reload);
      const { next, sites, assets, counts, goneIds, backIds } = reload;
      const unknown = backIds.filter((id) => !inForce.hasState(id));
      if (unknown.length > 0) inForce.remember(await store.statesOf(unknown));
      const originOf = (id: string) => next.origins.get(id) ?? origin;
      await put({ sites, assets, originOf }, [audit.done(by, auditedReload(counts))]);
      newest.replace(next);
      const isShown = new Promise<void>((shown) => {
        const answer: Answer = (_, clamps) => {
          const own = [...clamps.values()].filter((it) => next.origins.get(it.assetId) !== "api");
          resolve({ accepted: true, counts, clamps: own });
          shown();
        };
        hold([answer], counts);
      });
      if (counts.sites.gone + goneIds.length > 0 && origin === "file")
        pruning.start(goneIds, isShown);
    },
  };
}

function notReady(): Fault {
  return new Fault("NOT_READY", "the fleet does not run now: ask again", { retryable: true });
}

function outcomeOf(reload: ReturnType<typeof decideReload>): FleetOutcome {
  if (reload.accepted) return "accepted";
  return "refusal" in reload ? reload.refusal.code : "INVALID";
}

/** The energy that was clamped of the assets that the changes update. */
function clampsOf(
  changes: readonly FleetChange[],
  clamps: ReadonlyMap<string, Clamp>,
): readonly Clamp[] {
  const ids = changes.flatMap((it) => (it.kind === "updateAsset" ? it.assetId.toLowerCase() : []));
  return [...new Set(ids)].flatMap((id) => clamps.get(id) ?? []);
}
