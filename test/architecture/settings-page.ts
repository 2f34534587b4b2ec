// Writes the page of the settings from their schema.
import { DECLARATIONS } from "../../src/config/declarations.ts";
import { FIXED_REASONS } from "../../src/config/fixed-settings.ts";
import { SECRETS, SETTINGS, type SettingHelp } from "../../src/config/settings.ts";
import { TRACING_VARIABLES } from "../../src/config/tracing.ts";
import type { Json } from "../../src/domain/audit/record.ts";
import { snakeCase } from "../../src/domain/base/snake-case.ts";
import type { SettingDeclaration } from "../../src/domain/settings/declaration.ts";

const HEAD = `<!-- Written by npm run fix from src/config. -->

# Settings

Some settings [change while the server runs](#settings-that-change-while-the-server-runs): they are stored in versions.
Every setting with a name in capitals is a variable of the environment: \`TICK_SECONDS=1 npm start\`.
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

## Settings that change while the server runs

Retention, limits, slow clients, recent telemetry, the log and the times of alarms change by \`GET\`, \`PUT\` and \`DELETE /settings/{id}\`, by \`changeSetting\` of GraphQL, on the page *Settings* of the [dashboard](dashboard.md#pages), or by a command, through a server that runs:

\`\`\`sh
node dist/main.js settings ls
node dist/main.js settings set raw_retention_days 60 --reason "the regulator asks for it"
node dist/main.js settings set asset_limited_s 900 --scope site:5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01 --dry-run
node dist/main.js settings history raw_retention_days
node dist/main.js settings rollback raw_retention_days 1
node dist/main.js settings unset raw_retention_days
\`\`\`

\`\`\`console
$ curl -s localhost:3001/settings/max_list_ids -X PUT -H 'content-type: application/json' -H 'if-match: "0"' -d '{"value":2000,"reason":"larger fleet"}'
{"setting":{"id":"max_list_ids","scope":"platform","description":"most ids in one list of a request","unit":null,"json_schema":{"type":"integer","minimum":1,"maximum":1000000},"default":1000,"scopes":["platform"],"takes_effect":"at the next request","value":2000,"version":1,"in_force_scope":"platform","in_force_version":1,"is_overridden_by":null,"invalid":[]},"change":{"version":1,"value":2000,"is_reset":false,"changed_at":"2026-11-20T12:00:00.000Z","changed_by":"anonymous","reason":"larger fleet"},"note":null}
$ curl -s localhost:3001/settings/max_list_ids -X PUT -H 'content-type: application/json' -H 'if-match: "0"' -d '{"value":500}'
{"type":"about:blank","title":"The setting was changed since the version that the change expects.","status":409,"code":"SETTING_CONFLICT","detail":"max_list_ids has version 1 for platform, by anonymous at 2026-11-20T12:00:00.000Z, and version 0 was expected: look at that change, and expect 1","field":"if-match","current":{"version":1,"value":2000,"is_reset":false,"changed_at":"2026-11-20T12:00:00.000Z","changed_by":"anonymous","reason":"larger fleet"}}
$ curl -s 'localhost:3001/settings/max_list_ids/history'
{"versions":[{"version":1,"value":2000,"is_reset":false,"changed_at":"2026-11-20T12:00:00.000Z","changed_by":"anonymous","reason":"larger fleet"}],"next":null}
\`\`\`

- A change is a new version: the value, who, when and why. Versions stay, and none is ever written over. \`rollback\` gives a scope the value of an earlier version, \`DELETE\`, or \`resetSetting\`, takes its value back: each is a new version too. The value of a reset is the one that was inherited then.
- A change is based on a version: \`If-Match\` with the \`ETag\` of \`GET /settings/{id}\`, \`"0"\` where the scope has none, or \`expectedVersion\`. Where another change came first, it is refused with \`SETTING_CONFLICT\` and that change; without \`If-Match\` with \`VERSION_REQUIRED\`.
- \`dry_run=true\` changes nothing, and answers the scopes whose value in force would change, before and after.
- \`as_of\` reads what was stored as of an instant. Of the versions of a scope up to it, that of the highest number counts; as of now, or later, all do. Where the clock was ahead, a version is thus in force at once, though its instant is still to come, and the next one, with an instant before it, replaces it.
- Scopes inherit: an asset from its site, a site, a flow and an asset from the platform. \`scope=site:<uuid>\`, \`asset:<uuid>\`, \`flow:<name>\` or \`platform\` names one; \`in_force_scope\` and \`in_force_version\` are what is in force there, both null for the default.
- A variable or a flag of the table above overrides every stored value, for the server that has it, and \`is_overridden_by\` names it. Changes are stored meanwhile, and their \`note\` says that they are not in force.
- Every server on a database follows within a second, also a standby, which changes nothing. Settings are stored before they take effect: a crash in between loses none, and the next start has them before it removes anything. Without a database they last until the end of the process.
- Admins of everything have all settings. Those of a site or an asset have the scopes of it, and traders those of flows; both see what these inherit of the platform. The [audit log](audit.md) has each change with before and after, and each refused attempt.
- A stored value that this version does not accept is kept and shown in \`invalid\`; what is inherited is in force, and the alarm [\`SETTING_INVALID\`](alarms.md) is raised, but for assets and sites that run no more. A value whose scope is gone, or is none of the setting any more, is read and taken back by admins of everything; a retired asset or site is given none. Settings and scopes that this version does not know are kept, also by an export and an import; a line of the log names them.
- \`RESET_DB=1\` leaves settings as they are.
- Limits of queries and messages have a least value here that still lets the dashboard change them back; a variable or a flag may give less.

| id | default | unit | values | scopes | takes effect | meaning |
|---|---|---|---|---|---|---|
TUNABLES

## Settings that hold from the start on

These are variables and flags alone:

| variable | why |
|---|---|
FIXED

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
  const tail = TAIL.replace("TUNABLES", DECLARATIONS.map(declarationRow).join("\n")).replace(
    "FIXED",
    fixedRows().join("\n"),
  );
  return `${HEAD}${SETTINGS.map(rowOf).join("\n")}\n${tail}${traces.join("\n")}\n${TRACES_TAIL}`;
}

/** Settings with the same reason share a row. */
function fixedRows(): string[] {
  const byReason = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(FIXED_REASONS)) {
    const variables = byReason.get(reason) ?? [];
    byReason.set(reason, [...variables, `\`${snakeCase(name).toUpperCase()}\``]);
  }
  return [...byReason].map(([reason, variables]) => `| ${variables.join(", ")} | ${reason} |`);
}

function declarationRow(it: SettingDeclaration): string {
  const cells = [
    `\`${it.id}\``,
    `\`${it.default}\``,
    it.unit ?? "",
    valuesText(it.jsonSchema),
    it.scopes.join(", "),
    it.takesEffect,
    it.description,
  ];
  return `| ${cells.join(" | ")} |`;
}

function valuesText(schema: Json): string {
  const { type, minimum, maximum, enum: names } = schema as Record<string, Json>;
  if (type === "boolean") return "`true` or `false`";
  if (Array.isArray(names)) return names.map((name) => `\`${name}\``).join(", ");
  return `${type === "integer" ? "a whole number" : "a number"}, ${minimum} to ${maximum}`;
}

function rowOf({ name, variable, fallback, values, description }: SettingHelp): string {
  const flag = SECRETS.has(name) ? "" : `\`--${variable.toLowerCase().replaceAll("_", "-")}\``;
  const cells = [`\`${variable}\``, flag, fallback && `\`${fallback}\``, values, description];
  return `| ${cells.map((cell) => (cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
}
