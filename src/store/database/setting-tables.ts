// The table of settings.
import {
  bigint,
  boolean,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Json } from "../../domain/audit/record.ts";
import { millis } from "./column-types.ts";

/** The versions of settings: rows are only ever added, so that every value can be read as of any instant. Ours. */
export const settingValues = pgTable(
  "setting_values",
  {
    id: text("id").notNull(),
    /** `platform`, `site:<uuid>`, `asset:<uuid>` or `flow:<name>`. */
    scope: text("scope").notNull(),
    /** Counted from 1 on within the id and the scope: of two that write the same one, the first one does. */
    version: integer("version").notNull(),
    value: json("value").$type<Json>().notNull(),
    isReset: boolean("is_reset").notNull(),
    changedAtMs: millis("changed_at").notNull(),
    /** The id of the principal. */
    changedBy: text("changed_by").notNull(),
    reason: text("reason"),
    /** The order in which rows became visible. */
    sequence: bigint("sequence", { mode: "number" }).generatedAlwaysAsIdentity(),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.scope, table.version] }),
    uniqueIndex("setting_values_sequence").on(table.sequence),
  ],
);
