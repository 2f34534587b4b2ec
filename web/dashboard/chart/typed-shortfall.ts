// Where less than is typed would be delivered, or less than was promised: lines and shaded times of a chart.
import type { DispatchInput, TimelinePartsFragment } from "../api/operations.ts";
import { words } from "../text/words.ts";
import type { ShadedTime } from "./annotations.ts";
import type { Line } from "./line.ts";
import type { Foreseen, ForeseenPoint } from "./trace-source.ts";

/** As a share of a power: less is rounding. */
const ROUNDING_RATIO = 1e-6;
/** The id of the typed dispatch in a forecast. */
const TYPED_ID = "with:0";
const DASH = [8, 2, 2, 2];

interface TypedShortfall {
  /** The power that would not be delivered, where it would not. */
  readonly lines: readonly Line[];
  readonly shaded: readonly ShadedTime[];
}

/**
 * @param foreseen   With the typed dispatch.
 * @param dispatches Of the asset: promises that are kept without the typed dispatch.
 */
export function typedShortfall(
  foreseen: Foreseen,
  typed: DispatchInput,
  dispatches: readonly TimelinePartsFragment[],
  nowMs: number,
): TypedShortfall {
  const promised = new Map(dispatches.filter(isKept).map(({ id, mw }) => [id, mw]));
  const points = foreseen.points.map((point, index) => ({
    ...point,
    fromMs: Math.max(foreseen.points[index - 1]?.atMs ?? point.atMs, nowMs),
  }));
  const text = words.chart;
  const parts = [
    shortOf("typed-short", text.typedShort, points, (id) => (id === TYPED_ID ? typed.mw : null)),
    shortOf("promise-short", text.promiseShort, points, (id) => promised.get(id) ?? null),
  ];
  return {
    lines: parts.flatMap(({ line }) => line ?? []),
    shaded: parts.flatMap(({ shaded }) => shaded),
  };
}

const isKept = ({ status, onShortfall, shortfall }: TimelinePartsFragment) =>
  onShortfall === "REFUSE" && shortfall === null && (status === "ACCEPTED" || status === "ACTIVE");

/** A point with the instant since which its power is meant. */
type Step = ForeseenPoint & { readonly fromMs: number };

/** @param wantedOf The power of a dispatch in MW; null where it does not count. */
function shortOf(
  key: string,
  label: string,
  steps: readonly Step[],
  wantedOf: (dispatchId: string) => number | null,
): { readonly line?: Line; readonly shaded: readonly ShadedTime[] } {
  const shown = steps.filter(({ atMs, fromMs }) => atMs > fromMs);
  const values = shown.map((step) => {
    const wantedMw = step.dispatchId == null ? null : wantedOf(step.dispatchId);
    return wantedMw !== null && isShort(step, wantedMw) ? wantedMw : null;
  });
  if (values.every((value) => value === null)) return { shaded: [] };
  const shaded: ShadedTime[] = [];
  shown.forEach(({ fromMs, atMs }, index) => {
    if (values[index] === null) return;
    const last = shaded.at(-1);
    if (last?.untilMs === fromMs) shaded[shaded.length - 1] = { ...last, untilMs: atMs };
    else shaded.push({ fromMs, untilMs: atMs, label });
  });
  const line: Line = {
    ...{ key, label, scale: "mw", colour: "bad", dash: DASH, isAhead: true, isStepped: true },
    atMs: shown.map(({ atMs }) => atMs),
    values,
  };
  return { line, shaded };
}

/** The ramp delays power, and is never missing. */
function isShort({ mw, limitedBy }: ForeseenPoint, wantedMw: number): boolean {
  if (limitedBy !== "ENERGY" && limitedBy !== "SITE") return false;
  const direction = Math.sign(wantedMw);
  return direction * mw < direction * wantedMw * (1 - ROUNDING_RATIO);
}
