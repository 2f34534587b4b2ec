// Values of an asset out of its minutes, where the samples are gone: the mean of each minute, at its begin; and of a meter
// its reading there, counted back from the oldest sample.
import {
  type FleetName,
  fleetSeries,
  tickEnergyMwhr,
} from "../../../domain/data-point/fleet-series.ts";
import type { ReadValue } from "../../../domain/data-point/write.ts";
import type { Asset } from "../../../domain/fleet/asset.ts";
import type { PointRange } from "../../../domain/ports/data-point-store.ts";
import type { StoredSample } from "../../../domain/ports/telemetry-store.ts";
import type { HistoryStep, StepRange } from "../../../domain/telemetry/history.ts";
import type { Stat } from "../../../domain/telemetry/step-figures.ts";
import type { SampleSeries } from "../../telemetry/sample-series.ts";
import { fleetValue, isSeenAt, lastSeenMs } from "./fleet-value.ts";

type Range = Pick<PointRange, "fromMs" | "untilMs" | "asOf">;

export interface MinuteValues {
  /**
   * Values of the minutes that begin in a range, as far as a read sees them.
   *
   * @param first The first sample in the range or after it, before whose minute they end; undefined: there is none.
   */
  read(
    asset: Asset,
    name: FleetName,
    range: Range,
    first: StoredSample | undefined,
  ): AsyncIterable<readonly ReadValue[]>;
  /** The newest that a read sees. */
  newest(asset: Asset, name: FleetName, asOf: Range["asOf"]): Promise<ReadValue | undefined>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAY_S = 86_400;
/** How far back the newest minute is looked for at once. */
const LOOK_BACKS_MS = [2 * DAY_MS, 60 * DAY_MS, Infinity];

export function createMinuteValues(series: SampleSeries): MinuteValues {
  const meters = createMeterReadings(series);

  const read: MinuteValues["read"] = async function* (asset, name, range, first) {
    const { fromMs, asOf } = range;
    const untilMs = Math.min(range.untilMs, first ? minuteOf(first) : Infinity);
    if (fromMs >= untilMs) return;
    const { ofMinute, direction } = fleetSeries(name);
    const minutes = { fromMs, untilMs, stepS: 60 };
    const pages = ofMinute
      ? meansOf(series.steps(asset.id, minutes), (minute) => ofMinute(minute, asset))
      : direction && first && meters(asset, name, minutes, first);
    for await (const page of pages ?? [])
      yield page.filter(({ knownMs }) => isSeenAt(knownMs, asOf));
  };

  return {
    read,
    async newest(asset, name, asOf) {
      const beforeMs = Math.min(lastSeenMs(asOf), series.newestMs()) + 1;
      const dayEndMs = Math.ceil(beforeMs / DAY_MS) * DAY_MS;
      let untilMs = dayEndMs;
      for (const spanMs of LOOK_BACKS_MS) {
        const range = { fromMs: dayEndMs - spanMs, untilMs, stepS: DAY_S };
        const days: HistoryStep[] = [];
        // Of the newest day all minutes may have come to be known later.
        for await (const page of series.steps(asset.id, range)) days.push(...page.slice(-2));
        for (const day of days.slice(-2).reverse()) {
          const first = await series.firstSample(asset.id, day.fromMs);
          const value = await lastOf(read(asset, name, { ...day, asOf }, first));
          if (value !== undefined) return value;
        }
        untilMs = range.fromMs;
      }
      return undefined;
    },
  };
}

const minuteOf = ({ timestampMs }: StoredSample) => Math.floor(timestampMs / MINUTE_MS) * MINUTE_MS;

async function* meansOf(
  pages: AsyncIterable<readonly HistoryStep[]>,
  statOf: (minute: HistoryStep) => Stat | null,
) {
  for await (const page of pages)
    yield page.flatMap((minute): ReadValue[] => {
      const stat = statOf(minute);
      if (stat === null) return [];
      const { mean, ...summary } = stat;
      return [minuteValue(minute, mean, { ...summary, count: minute.sampleCount })];
    });
}

function minuteValue(
  { fromMs, untilMs, knownMs, coverageRatio }: HistoryStep,
  content: number,
  summary?: ReadValue["summary"],
): ReadValue {
  return fleetValue(
    fromMs,
    content,
    Math.max(untilMs, knownMs ?? untilMs),
    coverageRatio * MINUTE_MS,
    summary,
  );
}

/** What reads a meter at the begin of each minute: minutes have energies, and the oldest sample the meter. */
function createMeterReadings(series: SampleSeries) {
  async function sumOf(assetId: string, range: StepRange, counted: Counted): Promise<number> {
    let sum = 0;
    for await (const page of series.steps(assetId, range))
      for (const step of page) sum += counted(step);
    return sum;
  }

  /** The energy of whole minutes, of whole days at once where there are any. */
  async function energyOf(assetId: string, fromMs: number, untilMs: number, counted: Counted) {
    const firstDayMs = Math.min(Math.ceil(fromMs / DAY_MS) * DAY_MS, untilMs);
    const lastDayMs = Math.max(Math.floor(untilMs / DAY_MS) * DAY_MS, firstDayMs);
    const parts = [
      { fromMs, untilMs: firstDayMs, stepS: 60 },
      { fromMs: firstDayMs, untilMs: lastDayMs, stepS: DAY_S },
      { fromMs: lastDayMs, untilMs, stepS: 60 },
    ];
    let sum = 0;
    for (const part of parts) sum += await sumOf(assetId, part, counted);
    return sum;
  }

  return async function* ({ id }: Asset, name: FleetName, range: StepRange, first: StoredSample) {
    const { ofSample, direction } = fleetSeries(name);
    if (ofSample === undefined || direction === undefined) return;
    const counted: Counted = (step) =>
      direction === "in" ? step.energyInMwhr : step.energyOutMwhr;
    const endMwhr = ofSample(first) - tickEnergyMwhr(first, direction);
    let readingMwhr = endMwhr - (await energyOf(id, range.fromMs, minuteOf(first), counted));
    for await (const page of series.steps(id, range)) {
      const values: ReadValue[] = [];
      for (const minute of page) {
        // Rounding aside it is never below 0, and never above what it became.
        values.push(minuteValue(minute, Math.min(Math.max(0, readingMwhr), endMwhr)));
        readingMwhr += counted(minute);
      }
      yield values;
    }
  };
}

type Counted = (step: HistoryStep) => number;

async function lastOf(pages: AsyncIterable<readonly ReadValue[]>): Promise<ReadValue | undefined> {
  let last: ReadValue | undefined;
  for await (const page of pages) last = page.at(-1) ?? last;
  return last;
}
