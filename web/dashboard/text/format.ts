// Formats of numbers and instants: in the locale, with their unit.

export type Direction = "charge" | "discharge" | "idle";

/** Power below this counts as none, in MW: as in the status of an asset. */
const IDLE_MW = 0.1;
/** The same threshold of an asset below 1 MW, as a share of its rating. */
const IDLE_RATIO = 0.01;

export interface Rating {
  readonly minMw: number;
  readonly maxMw: number;
}

export function directionOf(mw: number): Direction {
  return directionBeyond(mw, IDLE_MW);
}

/** The direction of the power of one asset. */
export function directionWithin(mw: number, { minMw, maxMw }: Rating): Direction {
  const ratingMw = Math.max(maxMw, -minMw);
  return directionBeyond(mw, ratingMw < 1 ? ratingMw * IDLE_RATIO : IDLE_MW);
}

function directionBeyond(mw: number, idleMw: number): Direction {
  if (Math.abs(mw) <= idleMw) return "idle";
  return mw > 0 ? "discharge" : "charge";
}

export const ARROWS: Readonly<Record<Direction, string>> = {
  charge: "↓",
  discharge: "↑",
  idle: "·",
};

/** How numbers and instants are written. */
export interface FormatChoice {
  /** A language tag; undefined: the language of the browser. */
  readonly locale?: string;
  /** An IANA name; undefined: the zone of the browser. */
  readonly timeZone?: string;
  /** Hours of the clock; undefined: as the locale has it. */
  readonly hours?: 12 | 24;
}

export function createFormats({ locale, timeZone, hours }: FormatChoice = {}) {
  const digits = [0, 1, 2].map(
    (count) =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: count,
        maximumFractionDigits: count,
        // A number that is written as 0 has no sign.
        signDisplay: "negative",
      }),
  );
  const instants = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, {
      ...options,
      ...(timeZone !== undefined && { timeZone }),
      ...(hours !== undefined && { hourCycle: hours === 12 ? "h12" : "h23" }),
    });
  const clock = instants({ timeStyle: "medium" });
  const moment = instants({ dateStyle: "medium", timeStyle: "medium" });
  const minute = instants({ timeStyle: "short" });
  const day = instants({ day: "numeric", month: "short" });
  const month = instants({ month: "short", year: "numeric" });
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const figure = (value: number) => {
    const size = Math.abs(value);
    const places = size >= 1000 ? 0 : size >= 100 ? 1 : 2;
    return (digits[places] as Intl.NumberFormat).format(value);
  };

  return {
    count: (value: number) => (digits[0] as Intl.NumberFormat).format(value),
    figure,
    plain: (value: number) => plain.format(value),
    /** A magnitude: the direction is shown beside it. */
    power: (mw: number) => `${figure(Math.abs(mw))} MW`,
    signedPower: (mw: number) => `${figure(mw)} MW`,
    energy: (mwhr: number) => `${figure(mwhr)} MWh`,
    percent: (pct: number) => `${(digits[1] as Intl.NumberFormat).format(pct)} %`,
    time: (ms: number) => clock.format(ms),
    moment: (ms: number) => moment.format(ms),
    day: (ms: number) => day.format(ms),
    month: (ms: number) => month.format(ms),
    /** An instant on an axis whose labels lie so many seconds apart. */
    tick: (ms: number, everyS: number) =>
      (everyS < 60 ? clock : everyS < 86_400 ? minute : day).format(ms),
    duration,
    /** The time zone in which instants are written, as an IANA name. */
    timeZone: clock.resolvedOptions().timeZone,
  };
}

/** At most two units, the smaller left out where it is 0. */
function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return pair(Math.floor(s / 60), "min", s % 60, "s");
  if (s < 86_400) return pair(Math.floor(s / 3600), "h", Math.floor((s % 3600) / 60), "min");
  return pair(Math.floor(s / 86_400), "d", Math.floor((s % 86_400) / 3600), "h");
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** The formats of all pages: those of the browser until preferences are read, which is before anything is drawn. */
export let formats = createFormats();

export function chooseFormats(choice: FormatChoice): void {
  formats = createFormats(choice);
}
