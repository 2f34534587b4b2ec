// Durations of ISO 8601: `PT15M`, `P1D`, `P3Y`.

/** A duration by its kinds of units: months and days have no fixed length. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
}

const LONGEST_TEXT = 32;
const FORM =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
/** A hundred years and more. */
const MOST_MS = 4e12;

/** The duration of a text; undefined where it is none, 0, or longer than a century. */
export function readDuration(text: string): Duration | undefined {
  const parts = text.length <= LONGEST_TEXT ? FORM.exec(text)?.slice(1) : undefined;
  if (parts === undefined) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    parts.map((part) => (part === undefined ? 0 : Number(part)));
  const duration = {
    months: 12 * years + months,
    days: 7 * weeks + days,
    ms: Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000),
  };
  const length = roughMs(duration);
  return length > 0 && length <= MOST_MS ? duration : undefined;
}

/** Its length where each month has 31 days, and each day 24 hours, in ms. */
export function roughMs({ months, days, ms }: Duration): number {
  return (months * 31 + days) * 86_400_000 + ms;
}
