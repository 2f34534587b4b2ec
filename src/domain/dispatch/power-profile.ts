// The setpoints that an asset is to hold along its plan.
import { finish, type Steps } from "../base/steps.ts";
import type { ProfilePart } from "../battery/model.ts";
import { tickFrom, tickInstantMs } from "../time/grid.ts";
import { advance, type OpenDispatch, type Plan } from "./asset-plan.ts";
import { LONGEST_DURATION_S } from "./request.ts";

/** Ticks with one setpoint; `id` is that of the open dispatch that holds the asset. */
export interface ProfileSegment extends ProfilePart {
  /** Whether its energy is promised. */
  readonly promised: boolean;
}

/**
 * The setpoints that a plan gives from a tick on. Leases count as renewed.
 *
 * @param tick Number on the grid of the tick whose end is the present.
 */
export function profileOf(plan: Plan, tick: number, dtS: number): readonly ProfileSegment[] {
  return finish(segmentsOf(withoutLeases(plan), tick, dtS));
}

/** The same where no lease is renewed from now on: where one ends, the asset falls back. */
export function unrenewedProfileOf(
  plan: Plan,
  tick: number,
  dtS: number,
): Steps<readonly ProfileSegment[]> {
  return segmentsOf(plan, tick, dtS);
}

/** Segments between two pauses: some hundred take a ms. */
const SEGMENTS_AT_ONCE = 200;

function* segmentsOf(plan: Plan, tick: number, dtS: number): Steps<readonly ProfileSegment[]> {
  const parts: ProfileSegment[] = [];
  let from = tick;
  const fed = feedOf(plan);
  const presentMs = tickInstantMs(from, dtS);
  let at = advance(fed({ ...plan, waiting: [] }, presentMs), presentMs).plan;
  for (let n = 1; ; n++) {
    const until = at.nextChangeMs === Infinity ? Infinity : tickFrom(at.nextChangeMs, dtS);
    const { inForceId: id, setpointMw: mw, running } = at;
    const promised = running.find((it) => it.id === id)?.onShortfall === "refuse";
    const before = parts.at(-1);
    // A promise of energy without an end is one for as long as a dispatch may last.
    const most = promised ? Math.ceil(LONGEST_DURATION_S / dtS) : Infinity;
    const ticks = Math.min(until - from, most);
    if (before?.id === id && before.mw === mw)
      parts[parts.length - 1] = { ...before, ticks: before.ticks + ticks };
    else parts.push({ id, mw, ticks, promised });
    if (until === Infinity) return parts;
    if (n % SEGMENTS_AT_ONCE === 0) yield;
    from = until;
    at = advance(fed(at, tickInstantMs(from, dtS)), tickInstantMs(from, dtS)).plan;
  }
}

/** Open dispatches that are fed to a plan at once. */
const FED = 64;

/**
 * Feeds a plan its waiting dispatches, some at a time: each step of a plan copies its list of them. At least one stays
 * waiting after the instant, as long as there are any, so that the next change is known.
 */
function feedOf({ waiting }: Plan): (plan: Plan, instantMs: number) => Plan {
  let next = 0;
  return (plan, instantMs) => {
    let fed = plan;
    while (next < waiting.length && (fed.waiting.at(-1)?.startMs ?? -Infinity) <= instantMs) {
      fed = { ...fed, waiting: [...fed.waiting, ...waiting.slice(next, next + FED)] };
      next += FED;
    }
    return fed;
  };
}

function withoutLeases(plan: Plan): Plan {
  const hasLease = ({ leaseUntilMs }: OpenDispatch) => leaseUntilMs !== null;
  if (!plan.waiting.some(hasLease) && !plan.running.some(hasLease)) return plan;
  const renewed = <T extends OpenDispatch>(entries: readonly T[]) =>
    entries.map((it) => (hasLease(it) ? { ...it, leaseUntilMs: null } : it));
  return { ...plan, waiting: renewed(plan.waiting), running: renewed(plan.running) };
}
