// Writes the page of the errors from the codes, with what a client can do about each.
import { problem } from "../../src/api/transport/problem.ts";
import {
  type Code,
  FAULT_CODES,
  HEALTH_CODES,
  PLAN_CODES,
  REFUSAL_CODES,
  REQUEST_CODES,
} from "../../src/domain/base/codes.ts";
import {
  FAULT_ADVICE,
  HEALTH_ADVICE,
  PLAN_ADVICE,
  REFUSAL_ADVICE,
  REQUEST_ADVICE,
} from "./error-advice.ts";

const HEAD = `<!-- Written by npm run fix from src/domain/base/codes.ts and src/api/transport/problem.ts. -->

# Errors

Every error has a code. A code is stable, and is never used for another meaning: compare codes in programs, and show messages to people.
A message says what is wrong, the value, the limit, and what to do.

REST answers \`application/problem+json\` (RFC 9457), with the code in \`code\`, its meaning in \`title\` and the message in \`detail\`.
\`field\` names the field at fault, \`errors\` every one where there are several.
A problem with the status 503 has the header \`Retry-After\`.

GraphQL gives a refusal as data: the type ends in \`Refused\`, and has \`code\` and \`message\`.
Every other error of GraphQL is in \`errors\`, with the code in \`extensions.code\`.
Over WebSocket a refused operation gets a message of the type \`error\`; the codes of closed sockets are in [Live](live.md#closed-connections).

\`GET /dispatches/stream\` and \`GET /alarms/stream\` send an event \`problem\` before the server ends it.
`;

const SECTIONS = {
  refusals: `## Refusals

The request was well formed, and the fleet decided against it. Nothing changed.
`,
  plans: `## Refusals of the optimiser

[The optimiser](optimiser.md) has no plan. \`mando optimise\` prints the code with its message.
`,
  requests: `## Errors of the request

The fleet did not decide. Nothing changed.
`,
  faults: `## Faults of the server

A request with a \`request_id\` may be sent again: [it is executed once](dispatch.md#idempotency).
`,
  health: `## Reasons of a degraded server

\`GET /health/ready\` answers 200 with these as \`reasons\`, each with a message and the instant since when.
The metric \`mando_health_degraded\` is 1 for each code that applies. See [Storage](storage.md#health-and-metrics).
`,
};

export function writeErrorsPage(): string {
  const { refusals, plans, requests, faults, health } = SECTIONS;
  return [
    HEAD,
    refusals,
    tableOf(REFUSAL_CODES, REFUSAL_ADVICE, statusOf),
    plans,
    tableOf(PLAN_CODES, PLAN_ADVICE),
    requests,
    tableOf(REQUEST_CODES, REQUEST_ADVICE, statusOf),
    faults,
    tableOf(FAULT_CODES, FAULT_ADVICE, statusOf),
    health,
    tableOf(HEALTH_CODES, HEALTH_ADVICE),
  ].join("\n");
}

const statusOf = (code: Code) => problem(code, "").status;

/** A table of codes, each with its status where it has one. */
function tableOf<C extends string>(
  meanings: Readonly<Record<C, string>>,
  advice: Readonly<Record<C, string>>,
  status?: (code: C) => number,
): string {
  const codes = Object.keys(meanings) as C[];
  const head = row(["code", status && "HTTP", "meaning", "what to do"]);
  const line = head.replace(/[^|]+/g, "---");
  const rows = codes.map((code) =>
    row([`\`${code}\``, status && String(status(code)), meanings[code], advice[code]]),
  );
  return `${[head, line, ...rows].join("\n")}\n`;
}

function row(cells: readonly (string | undefined)[]): string {
  return `| ${cells.filter((cell) => cell !== undefined).join(" | ")} |`;
}
