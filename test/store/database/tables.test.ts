import { getTableName, is } from "drizzle-orm";
import { PgTable, pgTable, text } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import * as schema from "../../../src/store/database/schema.ts";
import { STORED_TABLES, tablesOf, tablesRetainedBy } from "../../../src/store/database/tables.ts";

/** The tables of a schema that the table of tables lacks, or has without the schema. */
function differences(tables: object): string[] {
  const declared = Object.values(tables).map((table) =>
    is(table, PgTable) ? getTableName(table) : "no table",
  );
  const listed = STORED_TABLES.map(({ name }) => name);
  return [
    ...declared.filter((name) => !listed.includes(name)).map((name) => `${name} is not listed`),
    ...listed.filter((name) => !declared.includes(name)).map((name) => `${name} is no table`),
    ...listed.filter((name, n) => listed.indexOf(name) < n).map((name) => `${name} is there twice`),
  ];
}

test("lists each table of the schema once", () => {
  expect(differences(schema)).toEqual([]);
  const planted = pgTable("planted", { id: text("id") });
  expect(differences({ ...schema, planted })).toEqual(["planted is not listed"]);
  const { totals: _, ...others } = schema;
  expect(differences(others)).toEqual(["totals is no table"]);
});

test("removes rows before the rows that they refer to, and exports them after", () => {
  const names = tablesOf("asset").map(({ name }) => name);
  expect(names.at(-1)).toBe("assets");
  expect(tablesOf("site").at(-1)?.name).toBe("sites");
  expect(STORED_TABLES.map(({ name }) => name).slice(0, 2)).toEqual(["sites", "assets"]);
});

test("knows which numbers each database assigns", () => {
  const own = STORED_TABLES.filter(({ ownColumn }) => ownColumn !== undefined);
  expect(own.map(({ name, ownColumn, isKeyless }) => [name, ownColumn, isKeyless])).toEqual([
    ["dispatches", "sequence", false],
    ["setting_values", "sequence", false],
    ["audit_log", "sequence", false],
    ["telemetry_rejected", "id", true],
    ["adoption_rejected", "id", true],
  ]);
});

test("has a rule of retention for every table that grows with time", () => {
  expect(tablesRetainedBy("bounded").map(({ name }) => name)).toEqual([
    "sites",
    "assets",
    "tokens",
    "role_rules",
    "setting_values",
    "data_points",
    "asset_states",
    "adoption_rejected",
    "history_marks",
    "mando_identity",
  ]);
});
