// Medians, percentiles, times, and the tables of the benchmarks.

/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** The value that so many per cent of some numbers do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] as number;
}

/** Milliseconds of one call, after the call before it has warmed the code up. */
export function timeMs(work: () => void): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

/** Prints the names of columns of numbers, over them. */
export function printNames(first: string, ...names: readonly string[]): void {
  print([first.padEnd(34), ...names.map((name) => name.padStart(12))].join(" "));
}

/** Prints one line of columns. */
export function print(...columns: readonly (string | number)[]): void {
  const cells = columns.map((column) =>
    typeof column === "number"
      ? String(Number(column.toPrecision(4))).padStart(12)
      : column.padEnd(34),
  );
  process.stdout.write(`  ${cells.join(" ")}\n`);
}
