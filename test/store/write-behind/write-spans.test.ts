// The spans of writes behind: what led to each, and one for all attempts of an outage.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OpenTelemetry } from "../../../src/adapters/opentelemetry/tracing.ts";
import { createTracing } from "../../../src/compose/tracing.ts";
import { readSettings } from "../../../src/config/settings.ts";
import { readTracing } from "../../../src/config/tracing.ts";
import { createQuerySpans, type QuerySpans } from "../../../src/store/database/query-spans.ts";
import { createWriteSpans, type WriteSpans } from "../../../src/store/write-behind/write-spans.ts";
import { startTraceReceiver, type TraceReceiver } from "../../support/trace-receiver.ts";

let receiver: TraceReceiver;
let tracing: OpenTelemetry;
let writes: WriteSpans;
let queries: QuerySpans;

beforeEach(async () => {
  receiver = await startTraceReceiver();
  const read = readSettings({}, {});
  const traces = readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl });
  if ("problems" in read || "problems" in traces) throw new Error("the settings are wrong");
  tracing = (await createTracing(traces.tracing, read.settings, "1.2.3")) as OpenTelemetry;
  writes = createWriteSpans(tracing);
  queries = createQuerySpans(tracing);
});
afterEach(() => receiver.close());

const record = (sequence: number) => ({ sequence, payload: new Uint8Array() });

/** Writes records by one query, which succeeds or fails. */
async function write(sequences: readonly number[], failure?: Error): Promise<void> {
  const work = async () => {
    if (failure) throw failure;
  };
  await writes
    .write(sequences.map(record), () => queries.query("INSERT telemetry", work))
    .catch(() => {});
}

async function received(): Promise<string[]> {
  await tracing.stop();
  return receiver.spans.map(({ name, status }) => `${name} ${status}`);
}

test("a write refers to each tick whose record it writes, once", async () => {
  const ticks = [1, 2].map(() => tracing.start("tick", { parent: null }));
  await ticks[0]?.run(() => writes.note(Promise.resolve(7)));
  await ticks[1]?.run(() => Promise.all([8, 9].map((it) => writes.note(Promise.resolve(it)))));
  await write([7, 8, 9, 10]);
  await tracing.stop();
  const written = receiver.spans.find(({ name }) => name === "write-behind");
  expect(written?.links).toEqual(ticks.map(({ context }) => context?.spanId));
  expect(written?.attributes).toEqual({ "mando.records": 4 });
});

test("of the attempts of an outage the first is recorded, and what is written after it", async () => {
  await write([1]);
  for (let attempt = 0; attempt < 5; attempt++) await write([2], new Error("away"));
  await write([2]);
  await write([3]);
  expect(await received()).toEqual([
    ...["INSERT telemetry 0", "write-behind 0"],
    ...["INSERT telemetry 2", "write-behind 2"],
    ...["INSERT telemetry 0", "write-behind 0"],
  ]);
});
