// Lines of power stacked upon each other: discharge above zero, charge below it.
import type { Line } from "./line.ts";

/** Lines on one axis of time: null where one has no point of an instant. */
export function alignLines(lines: readonly Line[]): Line[] {
  const atMs = [...new Set(lines.flatMap((line) => line.atMs))].sort((a, b) => a - b);
  const places = new Map(atMs.map((ms, index) => [ms, index]));
  return lines.map((line) => {
    const values = new Array<number | null>(atMs.length).fill(null);
    line.atMs.forEach((ms, index) => {
      values[places.get(ms) as number] = line.values[index] ?? null;
    });
    return { ...line, atMs, values };
  });
}

/**
 * The lines as areas, the outermost first, so that each one drawn leaves the inner ones to be seen.
 *
 * @param lines On one axis of time.
 */
export function stackLines(lines: readonly Line[]): Line[] {
  const size = lines[0]?.atMs.length ?? 0;
  const above = new Array<number>(size).fill(0);
  const below = new Array<number>(size).fill(0);
  return lines
    .map((line) => {
      line.values.forEach((value, index) => {
        const edge = (value ?? 0) < 0 ? below : above;
        edge[index] = (edge[index] as number) + (value ?? 0);
      });
      return { ...line, stacked: { above: [...above], below: [...below] } };
    })
    .reverse();
}

/** What a whole has beyond its parts; null where the whole has no value. */
export function restOf(whole: Line, parts: readonly Line[]): (number | null)[] {
  return whole.values.map((value, index) =>
    value === null ? null : parts.reduce((rest, { values }) => rest - (values[index] ?? 0), value),
  );
}
