// The lines of a trace: what was, and what is foreseen.
import { words } from "../text/words.ts";
import type { Line } from "./line.ts";
import type { Foreseen, TracePoint } from "./trace-source.ts";

export const FORESEEN_DASH = [6, 4];
const TYPED_DASH = [2, 3];
const SETPOINT_DASH = [5, 4];

export function linesOfPast(points: readonly TracePoint[], hasSetpoint: boolean): Line[] {
  const atMs = points.map((point) => point.atMs);
  const power: Line = {
    ...{ key: "power", label: words.chart.power, scale: "mw", colour: "discharge", atMs },
    ...{ isSplit: true, values: points.map(({ meanMw }) => meanMw) },
  };
  const soc: Line = {
    ...{ key: "soc", label: words.chart.soc, scale: "pct", colour: "soc", atMs },
    values: points.map(({ socPct }) => socPct),
  };
  if (!hasSetpoint) return [power, soc];
  const setpoint: Line = {
    ...{ key: "setpoint", label: words.chart.setpoint, scale: "mw", colour: "text", atMs },
    ...{ isStepped: true, dash: SETPOINT_DASH, values: points.map((point) => point.setpointMw) },
  };
  return [power, soc, setpoint];
}

/** Power and SoC that are foreseen, from now on. */
export function linesAhead(foreseen: Foreseen, nowMs: number, isTyped: boolean): Line[] {
  const points = pointsFrom(foreseen, nowMs);
  const atMs = points.map((point) => point.atMs);
  const look = {
    ...{ atMs, isAhead: true, dash: isTyped ? TYPED_DASH : FORESEEN_DASH },
  };
  const text = words.chart;
  return [
    {
      ...{ ...look, key: isTyped ? "typed-power" : "foreseen-power", scale: "mw" },
      label: isTyped ? text.typedPower : text.foreseenPower,
      colour: isTyped ? "typed" : "discharge",
      isSplit: !isTyped,
      isStepped: true,
      values: points.map(({ mw }) => mw),
    },
    {
      ...{ ...look, key: isTyped ? "typed-soc" : "foreseen-soc", scale: "pct" },
      label: isTyped ? text.typedSoc : text.foreseenSoc,
      colour: isTyped ? "typed" : "soc",
      values: points.map(({ socPct }) => socPct),
    },
  ];
}

/** The points from an instant on, the first one at it. */
export function pointsFrom({ points }: Foreseen, fromMs: number): Foreseen["points"] {
  const index = points.findIndex(({ atMs }) => atMs > fromMs);
  const [before, next] = [points[index - 1], points[index]];
  if (next === undefined) return [];
  if (before === undefined) return points;
  const part = (fromMs - before.atMs) / (next.atMs - before.atMs);
  const socPct = before.socPct + part * (next.socPct - before.socPct);
  return [{ atMs: fromMs, mw: part === 0 ? before.mw : next.mw, socPct }, ...points.slice(index)];
}
