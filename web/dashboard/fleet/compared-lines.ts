// The lines of a chart that compares assets or stacks powers: what was, and what is foreseen.
import { alignSteps } from "../chart/foreseen.ts";
import type { Line } from "../chart/line.ts";
import { alignLines, restOf, stackLines } from "../chart/stack.ts";
import { FORESEEN_DASH, pointsFrom } from "../chart/trace-lines.ts";
import type { Foreseen, TracePoint } from "../chart/trace-source.ts";
import { words } from "../text/words.ts";
import type { Kind } from "./compared.ts";

/** An asset or a site with a line of its own; where powers are stacked, the first one is the whole. */
export interface Part {
  readonly id: string;
  readonly name: string;
}

export type PartsKind = Exclude<Kind, "fleet">;

/** Dashes beside the colours. */
const DASHES: readonly (readonly number[] | undefined)[] = [
  undefined,
  [9, 3],
  [3, 3],
  [9, 3, 2, 3],
];

/** @param pointsOf The points of each part. */
export function comparedPast(
  kind: PartsKind,
  of: "power" | "soc",
  parts: readonly Part[],
  pointsOf: readonly (readonly TracePoint[])[],
): Line[] {
  const isSoc = kind === "compare" && of === "soc";
  const lines = parts.map((part, index): Line => {
    const points = pointsOf[index] ?? [];
    const dash = kind === "compare" ? DASHES[Math.floor(index / 3) % DASHES.length] : undefined;
    return {
      ...{ key: part.id, label: part.name, name: part.name, scale: isSoc ? "pct" : "mw" },
      ...{ colour: `line-${index + 1}`, ...(dash !== undefined && { dash }) },
      atMs: points.map(({ atMs }) => atMs),
      values: points.map(({ meanMw, socPct }) => (isSoc ? socPct : meanMw)),
    };
  });
  if (kind === "compare") return lines;
  const [whole, ...shown] = alignLines(lines);
  return whole === undefined ? [] : stackWithRest(shown, whole);
}

/**
 * What is foreseen from now on, each part in the look of its past.
 *
 * @param foreseenOf Of each part. Where powers are stacked, that of the whole may be left out: then no rest is foreseen.
 */
export function comparedAhead(
  kind: PartsKind,
  of: "power" | "soc",
  parts: readonly Part[],
  foreseenOf: readonly (Foreseen | undefined)[],
  nowMs: number,
): Line[] {
  const isSoc = kind === "compare" && of === "soc";
  const lines = parts.flatMap(({ id, name }, index): Line[] => {
    const foreseen = foreseenOf[index];
    if (foreseen === undefined) return [];
    const points = pointsFrom(foreseen, nowMs);
    const label = words.compare.foreseen(name);
    return [
      {
        ...{ key: id, label, name: label, scale: isSoc ? "pct" : "mw", isAhead: true },
        ...{ colour: `line-${index + 1}`, isStepped: !isSoc },
        ...(kind === "compare" && { dash: FORESEEN_DASH }),
        atMs: points.map(({ atMs }) => atMs),
        values: points.map(({ mw, socPct }) => (isSoc ? socPct : mw)),
      },
    ];
  });
  if (kind === "compare") return lines;
  const stepped = alignSteps(lines as (Line & { values: readonly number[] })[]);
  const aligned = lines.map((line, index) => ({
    ...{ ...line, atMs: stepped.atMs, values: stepped.values[index] as number[] },
  }));
  const whole = foreseenOf[0] === undefined ? undefined : aligned.shift();
  return stackWithRest(aligned, whole);
}

/** Stacks the parts, and what the whole has beyond them. */
function stackWithRest(shown: readonly Line[], whole: Line | undefined): Line[] {
  if (whole === undefined) return stackLines(shown);
  const rest: Line = { ...whole, colour: "idle", values: restOf(whole, shown) };
  const hasRest = rest.values.some((value) => Math.abs(value ?? 0) > LEAST_REST_MW);
  return stackLines(hasRest ? [...shown, rest] : shown);
}

/** Less than this is a rest of rounding, in MW. */
const LEAST_REST_MW = 1e-6;
