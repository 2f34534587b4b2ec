// A hub by itself: its fleet, what its payloads are made by, and where they go to.

import { createHub } from "../../src/api/stream/hub.ts";
import { Payload } from "../../src/api/stream/payload.ts";
import { selectionOf } from "../../src/api/stream/selection.ts";
import type { Encoder, EndReason, Sink, StreamRequest } from "../../src/api/stream/stream.ts";
import { WHOLE } from "../../src/domain/identity/scope.ts";
import { kernelUnderTest, runTick } from "./kernel-under-test.ts";
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

/** A hub over two batteries at rest before tick 0, and what runs the next tick. */
export function createFleet(recentFrames = 100) {
  const table = tableOf({}, { id: OTHER });
  const kernel = kernelUnderTest({ table, startTick: 0, recentFrames });
  const { simulator, telemetry, backfill } = kernel;
  const hub = createHub({
    ...{ telemetry, events: kernel.dispatch.events, backfill, log: silentLog },
    alarmEvents: kernel.alarms.events,
    auditEvents: kernel.audit.events,
    dataPointChanges: kernel.dataPoints.changes,
    ...{ runId: RUN, limits: { slowClientS: 1 }, observe: () => {} },
  });
  return {
    hub,
    simulator,
    /** Adds batteries between two ticks. */
    addAssets(...ids: readonly string[]) {
      const next = tableOf({}, { id: OTHER }, ...ids.map((id) => ({ id })));
      telemetry.replaceTable(simulator.replaceTable(next).state);
    },
    tick: () => void runTick(kernel),
    now: () => simulator.latest().tick,
  };
}

/** Records its requests. */
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

/** A connection that records its sent data, with a number of waiting bytes that a test sets. */
export function createSink() {
  const sink = {
    payloads: [] as Payload[],
    waiting: 0,
    ended: [] as EndReason[],
    send: (payload: Payload) => void sink.payloads.push(payload),
    cork() {},
    uncork() {},
    bufferedBytes: () => sink.waiting,
    end: (reason: EndReason) => void sink.ended.push(reason),
    seen: () => sink.payloads.map(({ text }) => JSON.parse(text) as Seen),
    ticks: () => sink.seen().map(({ tick, kind, missedTicks }) => [tick, kind, missedTicks]),
  };
  return sink satisfies Sink;
}

export const call = (request: Partial<StreamRequest> = {}): StreamRequest => ({
  ...selectionOf({}, WHOLE),
  everyTicks: 1,
  changesOnly: false,
  after: undefined,
  ...request,
});
export const afterTick = (tick: number, runId = RUN) => ({
  runId,
  timestampMs: tick * DT_S * 1000,
});
