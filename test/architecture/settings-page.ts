// Writes the page of the settings from their schema.
import { SECRETS, SETTINGS, type SettingHelp } from "../../src/config/settings.ts";
import { TRACING_VARIABLES } from "../../src/config/tracing.ts";

const HEAD = `<!-- Written by npm run fix from src/config/settings.ts and src/config/tracing.ts. -->

# Settings

A setting is a variable of the environment: \`TICK_SECONDS=1 npm start\`.
It is a flag of the command as well: \`npm start -- --tick-seconds 1\`.
Where both are given, the flag counts.
An empty variable counts as not set.
\`API_TOKEN\` and \`DATABASE_URL\` are no flags, as every user of a machine can see the flags of its processes.
\`npm start -- --help\` lists the flags.
A value that is not allowed ends the start, with one line for each problem.

\`npm start\` runs with \`--data .data\`; \`npm run start:memory\` runs without it, and \`npm run demo\` with \`--demo 1\`.
All give Node \`--max-semi-space-size=64\`: under many large requests its garbage collector then pauses less often, for up to 200 MB of memory.

| variable | flag | default | values | meaning |
|---|---|---|---|---|
`;

const TAIL = `
Where \`HOST\` is not this machine alone, \`API_TOKEN\` is needed, or \`ALLOW_ANONYMOUS=1\`.
The limits of requests are explained in [API](api.md#limits), those of subscriptions in [Live](live.md#limits), the settings of the store in [Storage](storage.md), those of the assets file in [Fleet](fleet.md).

## Traces

[Traces](storage.md#traces) are off unless \`OTEL_EXPORTER_OTLP_ENDPOINT\`, or that for traces alone, is set.
Their settings are the standard variables of OpenTelemetry, and no flags:

| variable | default | meaning |
|---|---|---|
`;

const TRACES_TAIL = `
Each variable \`OTEL_EXPORTER_OTLP_…\` has one for traces, \`OTEL_EXPORTER_OTLP_TRACES_…\`, which wins.
The samplers are \`always_on\`, \`always_off\`, \`traceidratio\`, and \`parentbased_\` with one of these.
Certificates of an own authority are named by \`NODE_EXTRA_CA_CERTS\`.
Other variables of OpenTelemetry are not read.
`;

export function writeSettingsPage(): string {
  const traces = TRACING_VARIABLES.map(([variable, fallback, meaning]) => {
    const shown = fallback === "" ? "" : `\`${fallback}\``;
    return `| \`${variable}\` | ${shown} | ${meaning} |`;
  });
  return `${HEAD}${SETTINGS.map(rowOf).join("\n")}\n${TAIL}${traces.join("\n")}\n${TRACES_TAIL}`;
}

function rowOf({ name, variable, fallback, values, description }: SettingHelp): string {
  const flag = SECRETS.has(name) ? "" : `\`--${variable.toLowerCase().replaceAll("_", "-")}\``;
  const cells = [`\`${variable}\``, flag, fallback && `\`${fallback}\``, values, description];
  return `| ${cells.map((cell) => (cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
}
