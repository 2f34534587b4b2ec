// Writes the page of the alarms, with a table of the codes from the code.
import { ALARM_CODES, ALARM_RULES } from "../../src/domain/alarm/codes.ts";

const HEAD = `<!-- Written by npm run fix from src/domain/alarm/codes.ts and test/architecture/alarms-page.ts. -->

# Alarms

An alarm is a condition that a person should know of, from when it is raised until it is cleared.

| | GraphQL | REST |
|---|---|---|
| list | \`alarms(open, severity, first, after)\` | \`GET /alarms?open=&severity=&limit=&after=\` |
| follow, live | \`subscription { alarmEvents(after) }\` | \`GET /alarms/stream?after=\` (SSE) |
| acknowledge | \`acknowledgeAlarm(id)\` | \`POST /alarms/{id}/acknowledge\` |

\`\`\`console
$ curl -s 'localhost:3001/alarms?open=true&severity=critical'
{"alarms":[],"next":null}
$ curl -s localhost:3001/graphql -H 'content-type: application/json' -d '{"query":"{ alarms(open: true, severity: [CRITICAL, WARNING]) { nodes { id code message raisedAt assetId dispatchId } } }"}'
{"data":{"alarms":{"nodes":[]}}}
\`\`\`

## Codes

A code is stable, and never used for another meaning. Codes are only ever added.
\`info\` is to know, \`warning\` to look at soon, \`critical\` to act on now.
`;

const TAIL = `
At most one alarm of a code is open for what it is about: the server, an asset or a dispatch. To raise it again does nothing.
\`asset_limited_s\`, \`unskipped_s\`, \`stale_s\`, \`stale_ticks\` and \`event_shown_s\` are [settings](settings.md#settings-that-change-while-the-server-runs) that may change while the server runs; they are time of the fleet's clock.

## One alarm

| field | meaning |
|---|---|
| \`code\`, \`severity\` | as above |
| \`message\` | what happened, the values, and what to do: as of when it was raised |
| \`raised_at\`, \`cleared_at\` | from when until when; an open alarm has no \`cleared_at\` |
| \`acknowledged_at\`, \`acknowledged_by\` | when it was acknowledged first, and by whom, which is null without identities |
| \`asset_id\`, \`site_id\`, \`dispatch_id\`, \`execution_id\` | what it is about; null where it is about none |

Lists have those that were raised last first.
\`open=true\` is answered from memory, also while the database is unavailable; every other list reads the store.

An alarm can be acknowledged while it is open and after it was cleared. To acknowledge it again changes nothing, and gives the first answer.
An id that no alarm has is refused with \`ALARM_UNKNOWN\`.

## Events

An alarm has an event when it is raised, when it is cleared and when it is acknowledged, with the alarm as it was after.
Events are numbered, and a cursor names the last one; over SSE it is the \`id\` of the event.
With \`after\`, or the header \`Last-Event-ID\`, the events that you missed come first, each once and in order, also after a restart where there is a [store](storage.md).
Where not all of them are stored any more it is refused with \`BAD_CURSOR\`: leave \`after\` out, and read the list.

## Storage

An alarm is announced at once, and stored behind through the [spool](storage.md#the-spool), so that the alarm of an unavailable database is stored too.
After a restart an alarm that was open stays, with its id, where its condition still holds, and is cleared where it does not.
Alarms that were cleared are retained for 400 days (\`ALARM_RETENTION_DAYS\`); open ones stay. Without a store the 20,000 that were cleared last are in memory.
Many alarms at once, such as those of every asset of a fleet, are raised over several turns: some hundreds in each.

\`mando_alarms_open\` counts the open ones by code and severity. The log has a line when an alarm is raised, and when it is cleared.
`;

export function writeAlarmsPage(): string {
  const rows = ALARM_CODES.map((code) => {
    const { severity, subject, meaning, raised, cleared } = ALARM_RULES[code];
    return [`\`${code}\``, severity, subject, meaning, raised, cleared];
  });
  const head = ["code", "severity", "about", "meaning", "raised", "cleared"];
  const line = head.map(() => "---");
  const table = [head, line, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [HEAD, `${table.join("\n")}\n`].join("\n") + TAIL;
}
