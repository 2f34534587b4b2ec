// Records of the audit log in the form of REST.
import { z } from "@hono/zod-openapi";
import type { LinkedRecord } from "../../../domain/audit/chain.ts";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type Json } from "../../../domain/audit/record.ts";
import { CHANNELS } from "../../../domain/identity/principal.ts";
import { EXAMPLE } from "../base/examples.ts";
import { idOf, instant, instantText } from "../base/schemas.ts";

/** Each action with its meaning. */
const ACTIONS_TEXT = Object.entries(AUDIT_ACTIONS)
  .map(([action, meaning]) => `${action}: ${meaning}`)
  .join(" ");

const text = (description: string) => z.string().openapi({ description });
const textOrNull = (description: string) => z.string().nullable().openapi({ description });
const json = (description: string) =>
  z
    .unknown()
    .transform((it) => it as Json)
    .openapi({ description, type: "object" });

export const AuditRecordJson = z
  .object({
    number: z.int().openapi({ description: "Its number in the chain, one after that before." }),
    id: idOf("UUID.", EXAMPLE.auditId),
    timestamp: instant("When it was done or refused, UTC."),
    actor: text("Who did it: the id, which stays the same."),
    actor_name: textOrNull("The display name then; null where there was none."),
    address: textOrNull("The address of the client; null: it was this machine itself."),
    channel: z.enum(CHANNELS).openapi({ description: "The way by which it came." }),
    action: text(`What was done. ${ACTIONS_TEXT}`),
    target: text("What it was done to: a kind and an id, such as asset:<id>, or a route."),
    outcome: z
      .enum(AUDIT_OUTCOMES)
      .openapi({ description: "done, or refused: nothing was changed." }),
    code: textOrNull("The code of the refusal; null where it was done."),
    reason: textOrNull("Why, in words; null where there is none."),
    request_id: textOrNull("The id of the request, given by its client; null where it has none."),
    before: json("The target before; null where there was none, or nothing changed."),
    after: json("The target after, or what was requested; null where there is none."),
    hash: text("The hash of its link in the chain, which depends on every record before."),
  })
  .openapi("AuditRecord");

export function auditJson({
  number,
  hash,
  record,
}: LinkedRecord): z.output<typeof AuditRecordJson> {
  return {
    number,
    id: record.id,
    timestamp: instantText(record.atMs),
    actor: record.actor,
    actor_name: record.actorName,
    address: record.address,
    channel: record.channel,
    action: record.action,
    target: record.target,
    outcome: record.outcome,
    code: record.code,
    reason: record.reason,
    request_id: record.requestId,
    before: record.before,
    after: record.after,
    hash,
  };
}
