// Traces, where the settings turn them on: their libraries are loaded only then.
import type { OpenTelemetry } from "../adapters/opentelemetry/tracing.ts";
import type { Settings } from "../config/settings.ts";
import type { TracingSettings } from "../config/tracing.ts";
import type { Log } from "../domain/ports/log.ts";

/** @returns undefined where traces are off. */
export async function createTracing(
  tracing: TracingSettings | undefined,
  settings: Settings,
  version: string,
): Promise<OpenTelemetry | undefined> {
  if (tracing === undefined) return undefined;
  const { createOpenTelemetry } = await import("../adapters/opentelemetry/tracing.ts");
  const secrets = [...secretsOf(settings), ...Object.values(tracing.headers)];
  return createOpenTelemetry({ ...tracing, version, secrets });
}

/** Logs when spans cannot be sent any more, and when they can again: once each. */
export function logFailures(tracing: OpenTelemetry, { endpoint }: TracingSettings, log: Log): void {
  tracing.onChanged((failure) => {
    if (failure === undefined) log.info({}, `traces are sent to ${endpoint.origin} again`);
    else
      log.warn(
        {},
        `traces cannot be sent to ${endpoint.origin} (${failure}): spans are dropped until they can, and nothing else waits`,
      );
  });
}

function secretsOf({ apiToken, databaseUrl }: Settings): string[] {
  const token = apiToken === undefined ? [] : [apiToken];
  if (databaseUrl === undefined) return token;
  const { password } = new URL(databaseUrl);
  return [...token, databaseUrl, password, decodeURIComponent(password)];
}
