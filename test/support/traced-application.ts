// A composed application whose traces a test receives.
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import type { OpenTelemetry } from "../../src/adapters/opentelemetry/tracing.ts";
import { createApplication } from "../../src/compose/application.ts";
import { createTracing, logFailures } from "../../src/compose/tracing.ts";
import { readSettings } from "../../src/config/settings.ts";
import { readTracing } from "../../src/config/tracing.ts";
import type { Log } from "../../src/domain/ports/log.ts";
import { DT_MS, START_MS } from "./application-under-test.ts";

/** A line of the log, with the fields that it would have in the output. */
interface Line {
  readonly message: string;
  readonly fields: object;
}

export interface TracedApplication {
  readonly url: string;
  readonly clock: ManualClock;
  readonly log: readonly Line[];
  readonly tracing: OpenTelemetry;
  /** Runs the next tick. */
  tick(): void;
  stop(): Promise<void>;
}

/** Ended spans wait for others for a short time only. */
const SOON = { OTEL_BSP_SCHEDULE_DELAY: "20" };

export async function startTraced(environment: Record<string, string>): Promise<TracedApplication> {
  const read = readSettings({}, { PORT: "0", ...environment });
  const traces = readTracing({ ...SOON, ...environment });
  if ("problems" in read || "problems" in traces) throw new Error("the settings are wrong");
  const tracing = await createTracing(traces.tracing, read.settings, "1.2.3");
  if (tracing === undefined || traces.tracing === undefined) throw new Error("traces are off");
  const clock = createManualClock(START_MS);
  const lines: Line[] = [];
  const note = (fields: object, message: string) =>
    void lines.push({ message, fields: { ...fields, ...tracing.logFields() } });
  const log: Log = { debug: note, info: note, warn: note, error: note };
  logFailures(tracing, traces.tracing, log);
  const { settings } = read;
  const application = await createApplication({ settings, log, clock, version: "1.2.3", tracing });
  const { url } = await application.start();
  return {
    ...{ url, clock, tracing, log: lines },
    tick: () => clock.advance(DT_MS),
    stop: () => application.stop(),
  };
}
