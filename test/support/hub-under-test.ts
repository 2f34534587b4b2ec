// A hub by itself: its fleet, what its payloads are made by, and where they go to.
import { createHub } from "../../src/api/stream/hub.ts";
import { Payload } from "../../src/api/stream/payload.ts";
import { selectionOf } from "../../src/api/stream/selection.ts";
import type { Encoder, EndReason, Sink, StreamRequest } from "../../src/api/stream/stream.ts";
import { createBackfill } from "../../src/services/telemetry/backfill.ts";
import { createTelemetry } from "../../src/services/telemetry/telemetry.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { silentLog } from "./silent-log.ts";
import { DT_S, tableOf } from "./tick-tables.ts";

export const OTHER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
const RUN = "run";

export interface Seen {
  readonly tick: number;
  readonly kind: string;
  readonly missedTicks: number | null;
  readonly indexes: readonly number[] | undefined;
}

/** Two batteries at rest before tick 0, which tick when told to. */
export function createFleet(keepCount = 100) {
  const simulator = createSimulator(tableOf({}, { id: OTHER }), DT_S, 0);
  const telemetry = createTelemetry(simulator.latest(), keepCount);
  const hub = createHub({
    telemetry,
    backfill: createBackfill(telemetry),
    log: silentLog,
    runId: RUN,
    slowS: 1,
    observe: () => {},
  });
  let tick = 0;
  return {
    hub,
    simulator,
    tick: () => telemetry.publish(simulator.tick(++tick, telemetry.spare(simulator.table))),
    now: () => tick,
  };
}

/** Writes down what it is asked for. */
export function createEncoder(key = "all"): Encoder & { calls: number } {
  const encoder = {
    key,
    calls: 0,
    encode: (
      { frame, kind, missedTicks }: Parameters<Encoder["encode"]>[0],
      selections: Parameters<Encoder["encode"]>[1],
    ) => {
      encoder.calls++;
      return selections.map(
        (indexes) =>
          new Payload(JSON.stringify({ tick: frame.tick, kind, missedTicks, indexes }), ""),
      );
    },
  };
  return encoder;
}

/** A connection that remembers what it was sent, with as many bytes waiting as a test says. */
export function createSink() {
  const sink = {
    payloads: [] as Payload[],
    waiting: 0,
    ended: [] as EndReason[],
    send: (payload: Payload) => void sink.payloads.push(payload),
    bufferedBytes: () => sink.waiting,
    end: (reason: EndReason) => void sink.ended.push(reason),
    seen: () => sink.payloads.map(({ text }) => JSON.parse(text) as Seen),
    ticks: () => sink.seen().map(({ tick, kind, missedTicks }) => [tick, kind, missedTicks]),
  };
  return sink satisfies Sink;
}

export const call = (request: Partial<StreamRequest> = {}): StreamRequest => ({
  ...selectionOf({}),
  everyTicks: 1,
  changesOnly: false,
  after: undefined,
  ...request,
});
export const afterTick = (tick: number, runId = RUN) => ({
  runId,
  timestampMs: tick * DT_S * 1000,
});
