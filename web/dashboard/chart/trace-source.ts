// The source of a trace: its points up to now, and what is foreseen.
import type { DispatchInput, PowerLimit } from "../api/operations.ts";
import type { DispatchScope } from "../dispatch/use-timeline.ts";
import type { Fleet } from "../live/fleet.ts";
import type { EnergyStep } from "./energy-periods.ts";
import type { Limited } from "./limit-times.ts";
import type { Bounds } from "./span.ts";

/** One tick, or one step. Null where nothing was reported, or is stored. */
export interface TracePoint extends Limited {
  /** Its instant: the end of a tick, the middle of a step. */
  readonly atMs: number;
  readonly meanMw: number | null;
  readonly minMw: number | null;
  readonly maxMw: number | null;
  readonly setpointMw: number | null;
  readonly socPct: number | null;
}

/** The source of the points. */
export interface TraceSource {
  readPast(bounds: Bounds, stepS: number): Promise<TracePoint[]>;
  /** Points of each tick with its setpoint, where they are stored; they are preferred to steps. */
  readTicks?(bounds: Bounds): Promise<TracePoint[]>;
  /** The point of the newest frame; undefined where it has none. */
  readNow(fleet: Fleet): Omit<TracePoint, "atMs" | "minMw" | "maxMw"> | undefined;
  /**
   * What is foreseen from now on; undefined where that would be too much work.
   *
   * @param typed A dispatch that is not sent yet, as if it were accepted. Throws an ApiError where it would be refused.
   */
  readAhead(untilMs: number, typed: DispatchInput | undefined): Promise<Foreseen | undefined>;
  /** How much of what is to come is shown at first, in s. */
  readonly firstAheadS: number;
  /** The energy in each step of a range, oldest first. */
  readEnergy(bounds: Bounds, stepS: number): Promise<EnergyStep[]>;
  /** Whose dispatches belong to it; without a list: all. */
  readonly dispatchesOf: DispatchScope;
}

/** What is foreseen for one instant. */
export interface ForeseenPoint {
  readonly atMs: number;
  /** Mean power since the previous point. */
  readonly mw: number;
  readonly socPct: number;
  /** The last limit that changes its power; left out where it is not read. */
  readonly limitedBy?: PowerLimit | null;
  /** The dispatch that holds its last tick; left out where it is not read. */
  readonly dispatchId?: string | null;
}

export interface Foreseen {
  /** The first one is now. */
  readonly points: readonly ForeseenPoint[];
  /** The SoC beyond which it does not discharge or charge, in per cent. */
  readonly socMinPct: number;
  readonly socMaxPct: number;
}
