import { readFileSync } from "node:fs";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { boolean, doublePrecision, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { describe, expect, test } from "vitest";
import * as schema from "../../src/store/database/schema.ts";

type Snapshot = ReturnType<typeof generateDrizzleJson>;

const FOLDER = new URL("../../src/store/database/migrations/meta/", import.meta.url);

/** The tables as the newest committed migration leaves them. */
function committed(): Snapshot {
  const { entries } = JSON.parse(readFileSync(new URL("_journal.json", FOLDER), "utf8")) as {
    entries: { idx: number }[];
  };
  const newest = String(entries.at(-1)?.idx).padStart(4, "0");
  return JSON.parse(readFileSync(new URL(`${newest}_snapshot.json`, FOLDER), "utf8"));
}

/** What the tables of the code have that the other ones have not, or the other way round. */
async function drift(before: Snapshot, tables: Record<string, unknown>): Promise<string[]> {
  const after = generateDrizzleJson(tables);
  // Renames would open a prompt: a table or column under another name shows here first.
  const names = (snapshot: Snapshot) =>
    Object.values(snapshot.tables as Record<string, { name: string; columns: object }>).flatMap(
      (table) => Object.keys(table.columns).map((column) => `${table.name}.${column}`),
    );
  const [old, now] = [new Set(names(before)), new Set(names(after))];
  const moved = [
    ...[...now].filter((name) => !old.has(name)).map((name) => `+ ${name}`),
    ...[...old].filter((name) => !now.has(name)).map((name) => `- ${name}`),
  ];
  return moved.length > 0 ? moved : generateMigration(before, after);
}

describe("the migrations", () => {
  test("make the tables that the code has (npx drizzle-kit generate writes the next one)", async () => {
    expect(await drift(committed(), schema)).toEqual([]);
  });

  test("are checked by what notices a planted rename, and a planted type", async () => {
    const others = {
      maxExportMw: doublePrecision("max_export_mw"),
      maxImportMw: doublePrecision("max_import_mw"),
      origin: text("origin").notNull().default("file"),
      retired: boolean("retired").notNull().default(false),
    };
    const renamed = pgTable("sites", {
      id: uuid("id").primaryKey(),
      title: text("title").notNull(),
      location: text("location").notNull(),
      ...others,
    });
    expect(await drift(committed(), { ...schema, sites: renamed })).toEqual([
      "+ sites.title",
      "- sites.name",
    ]);
    const retyped = pgTable("sites", {
      id: text("id").primaryKey(),
      name: text("name").notNull(),
      location: text("location").notNull(),
      ...others,
    });
    expect((await drift(committed(), { ...schema, sites: retyped })).join()).toContain(
      'ALTER COLUMN "id" SET DATA TYPE text',
    );
  });
});
