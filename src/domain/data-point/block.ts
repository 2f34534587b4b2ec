// Blocks: values are kept by days of UTC, or by hours where the resolution is under a minute.

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const FIXED = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

/** The length of an ISO 8601 duration in ms, of days of 24 hours; undefined: it has none, as months, or no length. */
export function fixedMs(duration: string): number | undefined {
  const [, days, hours, minutes, seconds] = FIXED.exec(duration) ?? [];
  const parts = [(Number(days ?? 0) * 24 + Number(hours ?? 0)) * HOUR_MS];
  parts.push(Number(minutes ?? 0) * MINUTE_MS, Math.round(Number(seconds ?? 0) * 1_000));
  return parts.reduce((sum, part) => sum + part) || undefined;
}

/** The length of the blocks of a resolution; null: irregular. */
export function blockMsOf(resolution: string | null): number {
  const stepMs = resolution === null ? undefined : fixedMs(resolution);
  return stepMs !== undefined && stepMs < MINUTE_MS ? HOUR_MS : DAY_MS;
}

export function blockBegin(atMs: number, blockMs: number): number {
  return Math.floor(atMs / blockMs) * blockMs;
}
