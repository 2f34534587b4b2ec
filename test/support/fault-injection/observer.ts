// The observer of the program while faults are injected: its announced ticks, its health and its counters.
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./target.ts";

/** One look at `/health/ready`. */
export interface HealthLook {
  readonly atMs: number;
  readonly run: number;
  readonly status: "ready" | "degraded" | "unavailable";
  readonly reasons: readonly {
    readonly code: string;
    readonly message: string;
    readonly since: string;
  }[];
}

/** A tick that was announced on the live stream. */
export interface AnnouncedTick {
  readonly timestampMs: number;
  readonly run: number;
  /** When it was read here, in ms. */
  readonly atMs: number;
}

export interface Observer {
  readonly ticks: readonly AnnouncedTick[];
  readonly health: readonly HealthLook[];
  /** The newest values of the counters of each run. */
  readonly counters: ReadonlyMap<number, ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 150;

/** @param assetId One asset, whose live samples announce the ticks. */
export function observe(target: Target, assetId: string): Observer {
  const ticks: AnnouncedTick[] = [];
  const health: HealthLook[] = [];
  const counters = new Map<number, Map<string, number>>();
  const ending = new AbortController();
  const { signal } = ending;

  async function followTicks(): Promise<void> {
    while (!signal.aborted) {
      const run = target.run();
      const address = `${target.url}/telemetry/stream?asset_id=${assetId}`;
      const announce = (timestampMs: number) => {
        ticks.push({ timestampMs, run, atMs: Date.now() });
        target.announce(timestampMs);
      };
      await readTicks(address, signal, announce).catch(() => {});
      await sleep(20);
    }
  }

  async function lookAtHealth(): Promise<void> {
    for (; !signal.aborted; await sleep(LOOK_EVERY_MS)) {
      if (!target.isUp()) continue;
      const run = target.run();
      const look = await readHealthNow(target.url).catch(() => undefined);
      if (look !== undefined) health.push({ ...look, run, atMs: Date.now() });
    }
  }

  async function readCounters(): Promise<void> {
    for (; !signal.aborted; await sleep(LOOK_EVERY_MS)) {
      if (!target.isUp()) continue;
      const run = target.run();
      const read = await readAllMetrics(target.url).catch(() => undefined);
      if (read !== undefined && run === target.run()) counters.set(run, read);
    }
  }

  const loops = [followTicks(), lookAtHealth(), readCounters()];
  return {
    ticks,
    health,
    counters,
    async stop() {
      ending.abort();
      await Promise.all(loops);
    },
  };
}

async function readTicks(
  url: string,
  signal: AbortSignal,
  announce: (timestampMs: number) => void,
): Promise<void> {
  const answer = await fetch(url, { signal });
  let text = "";
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data:")) continue;
      const frame = JSON.parse(line.slice(5)) as { kind: string; timestamp: string };
      if (frame.kind === "tick") announce(Date.parse(frame.timestamp));
    }
  }
}

async function readHealthNow(url: string): Promise<Pick<HealthLook, "status" | "reasons">> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
  if (!answer.ok) return { status: "unavailable", reasons: [] };
  return (await answer.json()) as Pick<HealthLook, "status" | "reasons">;
}

/** Every sample without a histogram's buckets, as `name` or `name{labels}`. */
async function readAllMetrics(url: string): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) });
  const found = new Map<string, number>();
  for (const line of (await answer.text()).split("\n")) {
    const [, name, value] = /^(mando_[^ ]+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && !name.includes("_bucket{")) found.set(name, Number(value));
  }
  return found;
}
