// The tables of the audit log.
import { bigint, boolean, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { millis } from "./column-types.ts";

/** The audit log: rows are added, and never changed. The columns beside `text` are of it, for lists. Ours. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: uuid("id").primaryKey(),
    /** The order in which rows were begun, which may not be that of their commits. */
    sequence: bigint("sequence", { mode: "number" }).generatedAlwaysAsIdentity(),
    atMs: millis("at").notNull(),
    /** The id of the principal. */
    actor: text("actor").notNull(),
    actorName: text("actor_name"),
    address: text("address"),
    channel: text("channel").notNull(),
    action: text("action").notNull(),
    target: text("target").notNull(),
    /** The id of the request, given by its client. */
    requestId: text("request_id"),
    outcome: text("outcome").notNull(),
    code: text("code"),
    /** The record as it is hashed. */
    text: text("text").notNull(),
    /** Made of the text with AUDIT_KEY by the process that writes the row; null where it has no key. */
    signature: text("signature"),
  },
  (table) => [
    uniqueIndex("audit_log_sequence").on(table.sequence),
    index("audit_log_actor").on(table.actor),
    index("audit_log_target").on(table.target),
    index("audit_log_at").using("brin", table.atMs),
  ],
);

/** The chain of the audit log: one link a record, made after its commit. Ours. */
export const auditLinks = pgTable(
  "audit_links",
  {
    number: bigint("number", { mode: "number" }).primaryKey(),
    recordId: uuid("record_id").notNull(),
    /** The hash of the link before, the number, the signature where there is one, and the text. */
    hash: text("hash").notNull(),
    /** Whether it is made with AUDIT_KEY. */
    isKeyed: boolean("is_keyed").notNull(),
  },
  (table) => [uniqueIndex("audit_links_record").on(table.recordId)],
);

/** The newest link that was removed for its age. Ours. */
export const auditCheckpoints = pgTable("audit_checkpoints", {
  number: bigint("number", { mode: "number" }).primaryKey(),
  hash: text("hash").notNull(),
  atMs: millis("at").notNull(),
  /** Made with AUDIT_KEY; null where there was none. */
  signature: text("signature"),
});
