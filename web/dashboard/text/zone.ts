// Instants in a time zone, as the fields of a form have them.

/** Milliseconds to add to an instant so that its UTC fields read as the clock of the zone. */
export function offsetMs(instantMs: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(instantMs);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const asUtcMs = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return asUtcMs - Math.floor(instantMs / 1000) * 1000;
}

/** An instant as `YYYY-MM-DDTHH:MM:SS` on the clock of a zone. */
export function localText(instantMs: number, timeZone: string): string {
  return new Date(instantMs + offsetMs(instantMs, timeZone)).toISOString().slice(0, 19);
}

/**
 * The instants at which the clock of a zone reads so, in order: one; two where the clock is set back over it; none where it
 * is set forward over it, or the text is no date and time.
 */
export function instantsOf(text: string, timeZone: string): number[] {
  const asUtcMs = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtcMs)) return [];
  const around = [asUtcMs - DAY_MS, asUtcMs + DAY_MS].map((ms) => asUtcMs - offsetMs(ms, timeZone));
  return [...new Set(around)]
    .filter((ms) => ms + offsetMs(ms, timeZone) === asUtcMs)
    .sort((a, b) => a - b);
}

/** The offset of a zone at an instant as text, as in RFC 3339: +02:00. */
export function offsetText(instantMs: number, timeZone: string): string {
  const minutes = Math.round(offsetMs(instantMs, timeZone) / 60_000);
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const DAY_MS = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-GB-u-nu-latn-ca-gregory", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}
