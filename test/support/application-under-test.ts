// A composed application on a free port, with time that a test advances.
import { createManualClock, type ManualClock } from "../../src/adapters/memory/clock.ts";
import type { RequestTimeouts } from "../../src/api/transport/http-server.ts";
import { createApplication } from "../../src/compose/application.ts";
import { readSettings } from "../../src/config/settings.ts";
import type { Log } from "../../src/domain/ports/log.ts";

export const DT_MS = 4000;
/** On the grid, so that the first tick ends one `DT_MS` later. */
export const START_MS = Date.UTC(2026, 10, 20, 12, 0, 0);

export interface ApplicationUnderTest {
  readonly url: string;
  readonly clock: ManualClock;
  /** What was logged as an error. */
  readonly errors: object[];
  stop(): Promise<void>;
}

export async function startApplication(
  environment: Record<string, string> = {},
  timing: {
    readonly heartbeatMs?: number;
    readonly requestTimeouts?: RequestTimeouts;
    readonly startMs?: number;
    readonly setLogLevel?: (level: string) => void;
  } = {},
): Promise<ApplicationUnderTest> {
  const read = readSettings({}, { PORT: "0", DEMO: "0", ...environment });
  if ("problems" in read) throw new Error(read.problems.join("; "));
  const clock = createManualClock(timing.startMs ?? START_MS);
  const errors: object[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn() {},
    error: (fields) => errors.push(fields),
  };
  const application = await createApplication({
    settings: read.settings,
    log,
    clock,
    version: "0.0.0",
    ...timing,
  });
  const { url } = await application.start();
  return { url, clock, errors, stop: () => application.stop() };
}
