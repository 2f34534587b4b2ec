// Records of the audit log: their type, and their list.
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "../../../domain/audit/record.ts";
import { CHANNELS } from "../../../domain/identity/principal.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import { type AuditItem, auditItem } from "../base/audit-item.ts";
import { builder } from "../base/builder.ts";
import { connectionOf } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readFirst, readNumberCursor, writeCursor } from "../base/inputs.ts";
import { Node } from "../base/node.ts";
import { refusal } from "../base/refusal.ts";

/** Each action with its meaning. */
const ACTIONS_TEXT = Object.entries(AUDIT_ACTIONS)
  .map(([action, meaning]) => `${action}: ${meaning}`)
  .join(" ");

export const AuditRecord = builder.objectRef<AuditItem>("AuditRecord").implement({
  description: "A change, or a refused attempt: who did what, when, and by which way.",
  interfaces: [Node],
  fields: (t) => ({
    timestamp: t.field({
      type: "DateTime",
      description: "When it was done or refused.",
      resolve: ({ atMs }) => atMs,
    }),
    actor: t.exposeString("actor", { description: "Who did it: the id, which stays the same." }),
    actorName: t.exposeString("actorName", {
      nullable: true,
      description: "The display name then; null where there was none.",
    }),
    address: t.exposeString("address", {
      nullable: true,
      description: "The address of the client; null: it was this machine itself.",
    }),
    channel: t.exposeString("channel", {
      description: `The way by which it came: ${CHANNELS.join(", ")}.`,
    }),
    action: t.exposeString("action", { description: `What was done. ${ACTIONS_TEXT}` }),
    target: t.exposeString("target", {
      description: "What it was done to: a kind and an id, such as asset:<id>, or a route.",
    }),
    before: t.field({
      type: "JSON",
      nullable: true,
      description: "The target before; null where there was none, or nothing changed.",
      resolve: ({ before }) => before,
    }),
    after: t.field({
      type: "JSON",
      nullable: true,
      description: "The target after, or what was requested; null where there is none.",
      resolve: ({ after }) => after,
    }),
    reason: t.exposeString("reason", { nullable: true, description: "Why, in words." }),
    requestId: t.exposeString("requestId", {
      nullable: true,
      description: "The id of the request, given by its client.",
    }),
    outcome: t.exposeString("outcome", {
      description: "done, or refused: nothing was changed.",
    }),
    code: t.exposeString("code", {
      nullable: true,
      description: "The code of the refusal; null where it was done.",
    }),
    hash: t.exposeString("hash", {
      description: "The hash of its link in the chain, which depends on every record before.",
    }),
  }),
});

const KIND = "audit";
const DEFAULT_RECORDS = 50;
const AuditRecordConnection = connectionOf<AuditItem>("AuditRecord", AuditRecord);

const equal = (what: string) => ({ description: `Only records with this ${what}.` });

builder.queryField("auditLog", (t) =>
  t.field({
    type: AuditRecordConnection,
    description: "The audit log: changes and refused attempts, the newest first.",
    complexity: pageCost(DEFAULT_RECORDS, READING),
    args: {
      actor: t.arg.string(equal("actor")),
      action: t.arg.string(equal("action")),
      target: t.arg.string(equal("target")),
      channel: t.arg.string(equal("channel")),
      outcome: t.arg.string(equal("outcome: done or refused")),
      from: t.arg({ type: "DateTime", description: "Earliest instant, included." }),
      until: t.arg({ type: "DateTime", description: "Latest instant, excluded." }),
      first: t.arg.int({
        defaultValue: DEFAULT_RECORDS,
        description: "How many at most, 0 to 500.",
      }),
      after: t.arg.string({ description: "Cursor of the item that precedes the page." }),
    },
    resolve: async (_, { from, until, first, after, ...equals }, { services }) => {
      const count = readFirst(first, DEFAULT_RECORDS);
      const listed = await readAudit(services).list({
        actor: equals.actor ?? undefined,
        action: equals.action ?? undefined,
        target: equals.target ?? undefined,
        channel: readOneOf(CHANNELS, equals.channel, "channel"),
        outcome: readOneOf(AUDIT_OUTCOMES, equals.outcome, "outcome"),
        fromMs: from ?? undefined,
        untilMs: until ?? undefined,
        before: after == null ? undefined : readNumberCursor(after, KIND),
        limit: count + 1,
      });
      return {
        edges: listed.slice(0, count).map((linked) => ({
          cursor: writeCursor(KIND, String(linked.number)),
          node: auditItem(linked),
        })),
        hasNextPage: listed.length > count,
        hasPreviousPage: after != null,
      };
    },
  }),
);

/** The audit log, where it may be read. */
export function readAudit({ audit }: ClientServices) {
  const log = audit.log();
  if ("code" in log) throw refusal(log.code, log.message);
  return log;
}

/** A text that must be one of these. */
function readOneOf<T extends string>(
  known: readonly T[],
  given: string | null | undefined,
  argument: string,
): T | undefined {
  if (given == null) return undefined;
  const found = known.find((it) => it === given);
  if (found !== undefined) return found;
  throw refusal("BAD_INPUT", `${argument} must be one of ${known.join(", ")}`, argument);
}
