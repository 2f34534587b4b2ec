// Samples and minutes of an asset in the order of time, page by page: from the recent frames where they reach back far
// enough, else from the store.
import type { StoredSample } from "../../domain/ports/telemetry-store.ts";
import { type Frame, telemetryAt } from "../../domain/telemetry/frame.ts";
import type { HistoryStep, StepRange } from "../../domain/telemetry/history.ts";
import type { StoredHistory } from "./history.ts";
import type { TelemetryService } from "./telemetry.ts";

type Range = Pick<StepRange, "fromMs" | "untilMs">;

/** Each page throws Fault STORE_UNAVAILABLE where the store is needed and unavailable. */
export interface SampleSeries {
  /** Samples, oldest first. A page that is not read is not made. */
  samples(assetId: string, range: Range): AsyncIterable<readonly StoredSample[]>;
  /** The first sample at an instant or later. */
  firstSample(assetId: string, fromMs: number): Promise<StoredSample | undefined>;
  /** The instant of the newest frame. */
  newestMs(): number;
  /** Steps that have samples, oldest first; of whole minutes they reach back as far as minutes are stored. */
  steps(assetId: string, range: StepRange): AsyncIterable<readonly HistoryStep[]>;
}

const PAGE_SAMPLES = 2_000;
const PAGE_STEPS = 1_440;

export function createSampleSeries(
  telemetry: Pick<TelemetryService, "recent" | "latest">,
  stored: StoredHistory,
): SampleSeries {
  /** The next samples of a range, and from where on those after them are. */
  async function next(assetId: string, { fromMs, untilMs }: Range, limit: number) {
    const recent = telemetry.recent();
    // Late samples are in no frame, but among those of the store.
    const hasLate = stored.store.newestLateMs() >= (recent[0]?.timestampMs ?? Infinity);
    const frames = hasLate ? [] : recent;
    const reachedMs = frames[0]?.timestampMs ?? Infinity;
    const isRecent = fromMs >= reachedMs;
    // Frames that wait to be written are among the recent ones, unless more of them wait.
    if (!isRecent && stored.waitingFrames() > frames.length) await stored.flush();
    const endMs = isRecent ? untilMs : Math.min(untilMs, reachedMs);
    const range = { limit, fromMs, untilMs: endMs, isOldestFirst: true };
    const page = isRecent
      ? recentSamples(frames, assetId, range)
      : await stored.store.samples(assetId, range);
    const last = page.at(-1);
    const isFull = last !== undefined && page.length >= limit;
    return { page, nextMs: isFull ? Math.floor(last.timestampMs) + 1 : endMs };
  }

  return {
    async *samples(assetId, { fromMs, untilMs }) {
      for (let atMs = fromMs; atMs < untilMs; ) {
        const { page, nextMs } = await next(assetId, { fromMs: atMs, untilMs }, PAGE_SAMPLES);
        if (page.length > 0) yield page;
        atMs = nextMs;
      }
    },
    async firstSample(assetId, fromMs) {
      const untilMs = telemetry.latest().timestampMs + 1;
      for (let atMs = fromMs; atMs < untilMs; ) {
        const { page, nextMs } = await next(assetId, { fromMs: atMs, untilMs }, 1);
        if (page[0] !== undefined) return page[0];
        atMs = nextMs;
      }
      return undefined;
    },
    newestMs: () => telemetry.latest().timestampMs,
    async *steps(assetId, { fromMs, untilMs, stepS }) {
      const scope = { kind: "asset", id: assetId } as const;
      const stepMs = stepS * 1000;
      const first = Math.max(fromMs, stored.oldestMs() - stepMs);
      const endMs = Math.min(untilMs, telemetry.latest().timestampMs + 1);
      for (let atMs = Math.ceil(first / stepMs) * stepMs; atMs < endMs; ) {
        const nextMs = Math.min(endMs, atMs + PAGE_STEPS * stepMs);
        const steps = await stored.store.steps(scope, { fromMs: atMs, untilMs: nextMs, stepS });
        const filled = steps.filter(({ sampleCount }) => sampleCount > 0);
        if (filled.length > 0) yield filled;
        atMs = nextMs;
      }
    },
  };
}

function recentSamples(
  frames: readonly Frame[],
  assetId: string,
  { limit, fromMs, untilMs }: Range & { readonly limit: number },
): StoredSample[] {
  const samples: StoredSample[] = [];
  for (const frame of frames) {
    if (samples.length >= limit || frame.timestampMs >= untilMs) break;
    const index = frame.timestampMs >= fromMs ? frame.table.indexOf(assetId) : undefined;
    if (index !== undefined) samples.push(telemetryAt(frame, index));
  }
  return samples;
}
