// Formats of numbers and instants: in the locale, with their unit.

export type Direction = "charge" | "discharge" | "idle";

/** Power below this counts as none, in MW: as in the status of an asset. */
const IDLE_MW = 0.1;
/** The same threshold of what is small, as a share of its rating. */
const IDLE_RATIO = 0.01;
/** Ratings below this are small, in MW: of an asset, and of several together. */
const SMALL_MW = 1;
const SMALL_TOTAL_MW = 10;
/** Powers below this are written in kW, and energies in kWh. */
const KILO_BELOW = 0.1;
/** Less than a watt is a rest of rounding. */
const LEAST = 1e-6;

export interface Rating {
  readonly minMw: number;
  readonly maxMw: number;
}

/** The ratings of several assets together. */
export function summedRating(assets: readonly Rating[]): Rating {
  return {
    minMw: assets.reduce((sum, { minMw }) => sum + minMw, 0),
    maxMw: assets.reduce((sum, { maxMw }) => sum + maxMw, 0),
  };
}

/** The direction of a power that is requested. */
export function directionOf(mw: number): Direction {
  return directionBeyond(mw, 0);
}

/** The direction of the power of one asset. */
export function directionWithin(mw: number, rating: Rating): Direction {
  return directionBeyond(mw, idleMwOf(rating, SMALL_MW));
}

/** The direction of the power of several assets together. */
export function directionOfTotal(mw: number, rating: Rating): Direction {
  return directionBeyond(mw, idleMwOf(rating, SMALL_TOTAL_MW));
}

function idleMwOf({ minMw, maxMw }: Rating, smallMw: number): number {
  const ratingMw = Math.max(maxMw, -minMw);
  return ratingMw < smallMw ? ratingMw * IDLE_RATIO : IDLE_MW;
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

export type Unit = "MW" | "MWh";
const KILO = { MW: "kW", MWh: "kWh" } as const satisfies Record<Unit, string>;

/** A power or an energy, as it is written. */
export interface Quantity {
  readonly figure: string;
  readonly unit: Unit | (typeof KILO)[Unit];
}

/** A number that is written as 0 has no sign. */
const UNSIGNED_ZERO = { signDisplay: "negative" } as const;

/** How numbers and instants are written. */
export interface FormatChoice {
  /** A language tag; undefined: the language of the browser. */
  readonly locale?: string;
  /** An IANA name; undefined: the zone of the browser. */
  readonly timeZone?: string;
  /** Hours of the clock; undefined: as the locale has it. */
  readonly hours?: 12 | 24;
}

export function createFormats(choice: FormatChoice = {}) {
  const choices = new Intl.ListFormat(choice.locale, { type: "disjunction" });
  return {
    ...numberFormats(choice.locale),
    ...instantFormats(choice),
    duration,
    /** Texts of which one is enough. */
    either: (texts: readonly string[]) => choices.format(texts),
  };
}

function numberFormats(locale: string | undefined) {
  const digits = [0, 1, 2, 3].map(
    (count) =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: count,
        maximumFractionDigits: count,
        ...UNSIGNED_ZERO,
      }),
  );
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2, ...UNSIGNED_ZERO });
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 9, ...UNSIGNED_ZERO });
  const three = new Intl.NumberFormat(locale, {
    minimumSignificantDigits: 3,
    maximumSignificantDigits: 3,
  });
  const figure = (value: number) => {
    const size = Math.abs(value);
    const places = size >= 1000 ? 0 : size >= 100 ? 1 : 2;
    return (digits[places] as Intl.NumberFormat).format(value);
  };
  /** Three significant digits at least, of what is not 0. */
  const quantity = (value: number, unit: Unit): Quantity => {
    const size = Math.abs(value);
    if (size < LEAST) return { figure: figure(0), unit };
    if (size < KILO_BELOW) return { figure: three.format(value * 1000), unit: KILO[unit] };
    const small = digits[3] as Intl.NumberFormat;
    return { figure: size < 1 ? small.format(value) : figure(value), unit };
  };
  const written = ({ figure: text, unit }: Quantity) => `${text} ${unit}`;

  return {
    count: (value: number) => (digits[0] as Intl.NumberFormat).format(value),
    figure,
    plain: (value: number) => plain.format(value),
    /** With all its digits. */
    exact: (value: number) => exact.format(value),
    /** A magnitude: the direction is shown beside it. */
    power: (mw: number) => written(quantity(Math.abs(mw), "MW")),
    signedPower: (mw: number) => written(quantity(mw, "MW")),
    /** A magnitude with all its digits, as of a power that is typed. */
    exactPower(mw: number): string {
      const size = Math.abs(mw);
      const isKilo = size >= LEAST && size < KILO_BELOW;
      return isKilo ? `${exact.format(size * 1000)} kW` : `${exact.format(size)} MW`;
    },
    energy: (mwhr: number) => written(quantity(mwhr, "MWh")),
    /** An energy whose unit is written smaller. */
    energyParts: (mwhr: number) => quantity(mwhr, "MWh"),
    /** The values of an axis, which have one unit. */
    axis(values: readonly number[], unit: Unit): string[] {
      const isKilo = Math.max(...values.map(Math.abs)) < KILO_BELOW;
      return values.map((value) =>
        isKilo ? `${exact.format(value * 1000)} ${KILO[unit]}` : `${exact.format(value)} ${unit}`,
      );
    },
    percent: (pct: number) => `${(digits[1] as Intl.NumberFormat).format(pct)} %`,
    /** What separates decimals. */
    decimalSign: exact.formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".",
  };
}

function instantFormats({ locale, timeZone, hours }: FormatChoice) {
  const instants = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, {
      ...options,
      ...(timeZone !== undefined && { timeZone }),
      ...(hours !== undefined && { hourCycle: hours === 12 ? "h12" : "h23" }),
    });
  const clock = instants({ timeStyle: "medium" });
  const moment = instants({ dateStyle: "medium", timeStyle: "medium" });
  const minute = instants({ timeStyle: "short" });
  const date = instants({ dateStyle: "medium" });
  const day = instants({ day: "numeric", month: "short" });
  const year = instants({ year: "numeric" });
  const month = instants({ month: "short", year: "numeric" });
  return {
    time: (ms: number) => clock.format(ms),
    moment: (ms: number) => moment.format(ms),
    /** An instant as seen from another one: with its date where that is another one. */
    timeSeen: (ms: number, fromMs: number) =>
      (date.format(ms) === date.format(fromMs) ? clock : moment).format(ms),
    day: (ms: number) => day.format(ms),
    month: (ms: number) => month.format(ms),
    /** Instants on an axis whose labels lie so many seconds apart; where they are days, with the year where it begins. */
    ticks(allMs: readonly number[], everyS: number): string[] {
      if (everyS < 86_400) return allMs.map((ms) => (everyS < 60 ? clock : minute).format(ms));
      return allMs.map((ms, n) => {
        const isSameYear = n > 0 && year.format(ms) === year.format(allMs[n - 1]);
        return (isSameYear ? day : date).format(ms);
      });
    },
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
