// The plan of an asset: its open dispatches, and the power to hold at the start of any tick. Pure: each function
// takes a plan, and returns a plan and the changes of status.
import { type DispatchStatus, isOpen, type StatusChange, type StatusReason } from "./status.ts";

/** What to do where energy falls short: refuse the whole, or deliver what there is. */
export type ShortfallPolicy = "refuse" | "curtail";

/** An accepted dispatch, or one interval of a schedule, that has not ended. */
export interface OpenDispatch {
  readonly id: string;
  /** The schedule of the asset that it is an interval of; null for a dispatch. */
  readonly scheduleId: string | null;
  /** Power to hold in MW, discharge positive. */
  readonly mw: number;
  /** It holds every tick that starts in `[startMs, endMs)`; in ms since the epoch, UTC. */
  readonly startMs: number;
  /** null: until the next one begins. */
  readonly endMs: number | null;
  /** For how long a renewal is good, in s; null: it needs none. */
  readonly validForS: number | null;
  /** When the lease ends unless it is renewed, in ms since the epoch; null: never. */
  readonly leaseUntilMs: number | null;
  /** `refuse`: its energy is promised. */
  readonly onShortfall: ShortfallPolicy;
  /** `accepted` or `active`; in a plan also the final one of a dispatch that holds the tick under way to its end. */
  readonly status: DispatchStatus;
}

/** Whether it is an interval of the asset's schedule. */
export function isInterval({ scheduleId }: OpenDispatch): boolean {
  return scheduleId !== null;
}

interface Entry extends OpenDispatch {
  /** Place in the order of acceptance: the highest wins. */
  readonly order: number;
  /** The dispatch that held the asset last while this interval was under way. */
  readonly cutById: string | null;
}

/**
 * The open dispatches of one asset. A value: changes make a new one, with each field by its name and in this order.
 * Plans are made for every request, and to spread one and put other fields over it takes ten times as long.
 */
export interface Plan {
  /** Not begun yet, in the order of their starts. */
  readonly waiting: readonly Entry[];
  /** Begun and not over, in the order of acceptance. */
  readonly running: readonly Entry[];
  /** The power to hold since the last `advance`, in MW. */
  readonly setpointMw: number;
  /** The dispatch in force, which gives this power; null where there is none. */
  readonly inForceId: string | null;
  /** The power to hold where no dispatch is in force, in MW. */
  readonly restMw: number;
  /** The power to fall back to where a lease is lost, in MW. */
  readonly fallbackMw: number;
  /** Nothing changes before this instant, in ms since the epoch; infinite where nothing ever does. */
  readonly nextChangeMs: number;
  /** How many dispatches it ever had. */
  readonly count: number;
}

export interface Advanced {
  readonly plan: Plan;
  readonly changes: readonly StatusChange[];
  /** Which dispatch was in force when, where that was long ago; left out: the one in force is since now. */
  readonly holds?: readonly Span[];
}

/** A time with one dispatch in force. */
export interface Span {
  /** null: none. */
  readonly id: string | null;
  /** In ms since the epoch. */
  readonly fromMs: number;
  /** Infinite where it lasts. */
  readonly untilMs: number;
}

/**
 * The plan of an asset without dispatches, or with stored ones.
 *
 * @param open       In the order in which they were accepted.
 * @param setpointMw The power that it holds now where no dispatch is in force, in MW.
 * @param fallbackMw The power to fall back to where a lease is lost, in MW.
 */
export function makePlan(open: readonly OpenDispatch[], setpointMw = 0, fallbackMw = 0): Plan {
  const empty: Plan = {
    waiting: [],
    running: [],
    setpointMw,
    inForceId: null,
    restMw: setpointMw,
    fallbackMw,
    nextChangeMs: Infinity,
    count: 0,
  };
  return withDispatches(empty, open);
}

/**
 * A plan with further dispatches. They count from the first `advance` after their start.
 *
 * @param orders The place of each in the order of acceptance; left out: they were accepted after all others, in this order.
 */
export function withDispatches(
  plan: Plan,
  added: readonly OpenDispatch[],
  orders?: readonly number[],
): Plan {
  const entries = added.map((it, n) => entryOf(it, orders?.[n] ?? plan.count + n));
  const waiting = sortedBy([...plan.waiting, ...entries], ({ startMs }) => startMs);
  return {
    waiting,
    running: plan.running,
    setpointMw: plan.setpointMw,
    inForceId: plan.inForceId,
    restMw: plan.restMw,
    fallbackMw: plan.fallbackMw,
    nextChangeMs: Math.min(plan.nextChangeMs, waiting[0]?.startMs ?? Infinity),
    count: plan.count + entries.length,
  };
}

/** Each field by its name, as a plan is made. */
function entryOf(
  it: OpenDispatch,
  order: number,
  status = it.status,
  cutById: string | null = null,
): Entry {
  return {
    id: it.id,
    scheduleId: it.scheduleId,
    mw: it.mw,
    startMs: it.startMs,
    endMs: it.endMs,
    validForS: it.validForS,
    leaseUntilMs: it.leaseUntilMs,
    onShortfall: it.onShortfall,
    status,
    order,
    cutById,
  };
}

/** The open dispatches, in the order of acceptance. */
export function dispatchesOfPlan({ waiting, running }: Plan): readonly OpenDispatch[] {
  return sortedBy([...running, ...waiting].filter(isOpen), ({ order }) => order);
}

/**
 * Brings a plan to an instant of the grid: which dispatch holds the asset from then on, and which begin and end.
 * Of the dispatches whose window the instant lies in, the one that was accepted last wins. Another
 * dispatch among them is superseded. An interval of the schedule loses that part alone, and holds the
 * asset again after it. One without an end holds until the next one begins, whenever that was accepted.
 * A call before `nextChangeMs` costs nothing.
 *
 * @param nowMs The instant, at which a tick starts, in ms since the epoch; not before that of an earlier call.
 */
export function advance(plan: Plan, nowMs: number): Advanced {
  return nowMs < plan.nextChangeMs ? { plan, changes: [] } : advanceDue(plan, nowMs);
}

/** The same, where something is due. */
function advanceDue(plan: Plan, nowMs: number): Advanced {
  const changes: StatusChange[] = [];
  const change: Change = (it, to, reason, byId = null) => {
    // A cancelled one that held the tick under way has its last event.
    if (isOpen(it))
      changes.push({ dispatchId: it.id, atMs: nowMs, from: it.status, to, reason, byId });
  };

  const begun = countWhile(plan.waiting, ({ startMs }) => startMs <= nowMs);
  const waiting = begun === 0 ? plan.waiting : plan.waiting.slice(begun);
  const started = begun === 0 ? plan.running : withBegun(plan, begun);

  const lasts = (it: Entry) => lastsBeyond(it, nowMs);
  const open = started.every(lasts)
    ? started
    : started.filter((it) => lasts(it) || end(it, change));
  const winner = open.findLast((it) => it.endMs !== null || nextAfter(it, open) === undefined);
  // It nearly always has one entry: a list that grows reserves memory for sixteen.
  let running: readonly Entry[] = [];
  for (const it of open) {
    const status = isOpen(it) ? "active" : it.status;
    if (it === winner) running = [...running, entryOf(it, it.order, status, it.cutById)];
    else if (winner !== undefined) {
      if (hasRemainder(it, winner))
        running = [...running, entryOf(it, it.order, it.status, winner.id)];
      else change(it, "superseded", reasonOf(it, winner, open), winner.id);
    }
  }
  if (winner?.status === "accepted") change(winner, "active", "STARTED");

  const restMw = winner === undefined ? restAfter(plan, changes) : 0;
  let nextChangeMs = waiting[0]?.startMs ?? Infinity;
  for (const it of running) nextChangeMs = Math.min(nextChangeMs, endOf(it));
  return {
    plan: {
      waiting,
      running,
      setpointMw: winner?.mw ?? restMw,
      inForceId: winner?.id ?? null,
      restMw,
      fallbackMw: plan.fallbackMw,
      nextChangeMs,
      count: plan.count,
    },
    changes,
  };
}

/** The running entries, with the first of the waiting ones, in the order of acceptance. */
function withBegun({ running, waiting }: Plan, begun: number): readonly Entry[] {
  return sortedBy([...running, ...waiting.slice(0, begun)], ({ order }) => order);
}

type Change = (it: Entry, to: DispatchStatus, reason: StatusReason, byId?: string | null) => void;

/** When a dispatch ends, by its window or its lease; infinite where neither ends. */
function endOf({ endMs, leaseUntilMs }: OpenDispatch): number {
  return Math.min(endMs ?? Infinity, leaseUntilMs ?? Infinity);
}

function lastsBeyond(it: OpenDispatch, instantMs: number): boolean {
  return endOf(it) > instantMs;
}

/** Closes an entry at its end. */
function end(it: Entry, change: Change): false {
  if (it.leaseUntilMs !== null && it.leaseUntilMs < (it.endMs ?? Infinity))
    change(it, "expired", "LEASE_LOST");
  else if (it.status === "active")
    change(it, "completed", it.cutById === null ? "ENDED" : "ENDED_IN_PART", it.cutById);
  else if (it.cutById !== null) change(it, "superseded", "NEWER_DISPATCH", it.cutById);
  else change(it, "failed", "NO_TICK");
  return false;
}

/** The entry that began after one without an end, and so ends it. */
function nextAfter(it: Entry, open: readonly Entry[]): Entry | undefined {
  return open.find(({ startMs }) => startMs > it.startMs);
}

/** Whether a part of an interval is left once the winner has ended. */
function hasRemainder(it: Entry, winner: Entry): boolean {
  const isCut = isInterval(it) && !isInterval(winner);
  return isCut && endOf(it) > (winner.endMs ?? Infinity);
}

function reasonOf(it: Entry, winner: Entry, open: readonly Entry[]): StatusReason {
  if (it.endMs === null && nextAfter(it, open) !== undefined) return "NEXT_DISPATCH";
  return isInterval(winner) ? "NEWER_SCHEDULE" : "NEWER_DISPATCH";
}

/** The power to hold after the last dispatch in force has ended. In MW. */
function restAfter(plan: Plan, changes: readonly StatusChange[]): number {
  const over = changes.filter(({ from }) => from === "active");
  if (over.length === 0) return plan.restMw;
  return over.some(({ to }) => to === "expired") ? plan.fallbackMw : 0;
}

/** Sorts in place, stable; most lists are in order already. */
function sortedBy<T>(items: T[], of: (item: T) => number): T[] {
  const isInOrder = items.every((item, n) => n === 0 || of(items[n - 1] as T) <= of(item));
  return isInOrder ? items : items.sort((a, b) => of(a) - of(b));
}

function countWhile<T>(items: readonly T[], holds: (item: T) => boolean): number {
  const first = items.findIndex((item) => !holds(item));
  return first === -1 ? items.length : first;
}
