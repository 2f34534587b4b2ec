// The tables of named tokens and role rules.
import { sql } from "drizzle-orm";
import { jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Role } from "../../domain/identity/role.ts";
import { millis } from "./column-types.ts";

/** Named tokens, as hashes. One that is withdrawn stays, so that its name keeps its meaning in the audit log. Ours. */
export const tokens = pgTable(
  "tokens",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** SHA-256 of the token, in hex. */
    hash: text("hash").notNull(),
    role: text("role").$type<Role>().notNull(),
    /** All null: everywhere. */
    siteIds: jsonb("site_ids").$type<readonly string[]>(),
    assetIds: jsonb("asset_ids").$type<readonly string[]>(),
    pathPrefixes: jsonb("path_prefixes").$type<readonly string[]>(),
    madeAtMs: millis("made_at").notNull(),
    /** The id of the principal. */
    madeBy: text("made_by").notNull(),
    withdrawnAtMs: millis("withdrawn_at"),
  },
  (table) => [
    uniqueIndex("tokens_hash").on(table.hash),
    uniqueIndex("tokens_name").on(table.name).where(sql`withdrawn_at is null`),
  ],
);

/** The rules that give roles to the claims of OpenID Connect. Ours. */
export const roleRules = pgTable("role_rules", {
  id: uuid("id").primaryKey(),
  claim: text("claim").notNull(),
  equals: text("equals").notNull(),
  role: text("role").$type<Role>().notNull(),
  /** All null: everywhere. */
  siteIds: jsonb("site_ids").$type<readonly string[]>(),
  assetIds: jsonb("asset_ids").$type<readonly string[]>(),
  pathPrefixes: jsonb("path_prefixes").$type<readonly string[]>(),
  addedAtMs: millis("added_at").notNull(),
  /** The id of the principal. */
  addedBy: text("added_by").notNull(),
});
