// The table of the tables: each stored table once, with how it is exported, pruned, retained and reset.
import { getTableColumns, getTableName } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import * as schema from "./schema.ts";

/** The owner of rows, which are removed with it. */
export type RowOwner = "asset" | "site";

/**
 * How rows leave a table by themselves: `samples` and `minutes` by their age, samples also by their number; `aside` by
 * the age of samples; `dispatches` and `alarms`
 * by the age of what ended; `audit` by the age of records; `points` by what the catalogue says of each; `newest` by their
 * number. `bounded`: they do not, and the
 * fleet, the older database, or what people change by hand bounds them.
 */
export type Retention =
  | "samples"
  | "minutes"
  | "aside"
  | "dispatches"
  | "alarms"
  | "audit"
  | "points"
  | "newest"
  | "bounded";

interface TableRules {
  /** The order of its rows in an export; null: it is of this database alone, and not exported. */
  readonly exportOrder: readonly PgColumn[] | null;
  /** The owner of its rows, and the column with the id of the owner. */
  readonly owner?: readonly [RowOwner, PgColumn];
  readonly retention: Retention;
  /** Whether its rows stay where RESET_DB empties the store. */
  readonly staysAtReset?: true;
}

const { sites, assets, dispatches, dispatchEvents, dispatchRequests, assetStates } = schema;
const { telemetry, telemetryAhead, totals, telemetryMinutes, totalsMinutes } = schema;
const { telemetryRejected, adoptionRejected, alarms, tokens, roleRules } = schema;
const { settingValues } = schema;
const { auditLog, auditLinks, auditCheckpoints } = schema;
const { dataPoints, dataPointWrites, dataPointBlocks, dataPointContents } = schema;

/** In the order in which they can be written. */
const RULES: Readonly<Record<keyof typeof schema, TableRules>> = {
  sites: { exportOrder: [sites.id], owner: ["site", sites.id], retention: "bounded" },
  assets: { exportOrder: [assets.id], owner: ["asset", assets.id], retention: "bounded" },
  dispatches: {
    exportOrder: [dispatches.sequence],
    owner: ["asset", dispatches.assetId],
    retention: "dispatches",
  },
  // Events and requests are removed with their dispatches.
  dispatchEvents: { exportOrder: [dispatchEvents.number], retention: "dispatches" },
  dispatchRequests: {
    exportOrder: [dispatchRequests.at, dispatchRequests.id],
    retention: "dispatches",
  },
  // An alarm outlives its asset: it says what was known of it.
  alarms: { exportOrder: [alarms.raisedNumber], retention: "alarms" },
  tokens: { exportOrder: [tokens.madeAtMs, tokens.id], retention: "bounded", staysAtReset: true },
  roleRules: {
    exportOrder: [roleRules.addedAtMs, roleRules.id],
    retention: "bounded",
    staysAtReset: true,
  },
  settingValues: {
    exportOrder: [settingValues.sequence],
    retention: "bounded",
    staysAtReset: true,
  },
  auditLog: { exportOrder: [auditLog.sequence], retention: "audit", staysAtReset: true },
  auditLinks: { exportOrder: [auditLinks.number], retention: "audit", staysAtReset: true },
  auditCheckpoints: {
    exportOrder: [auditCheckpoints.number],
    retention: "audit",
    staysAtReset: true,
  },
  dataPoints: { exportOrder: [dataPoints.path], retention: "bounded" },
  dataPointWrites: { exportOrder: [dataPointWrites.recordedMs], retention: "points" },
  dataPointBlocks: {
    exportOrder: [
      ...[dataPointBlocks.path, dataPointBlocks.source, dataPointBlocks.beginMs],
      ...[dataPointBlocks.sequence, dataPointBlocks.isDerived],
    ],
    retention: "points",
  },
  dataPointContents: {
    exportOrder: [
      ...[dataPointContents.path, dataPointContents.source, dataPointContents.atMs],
      dataPointContents.sequence,
    ],
    retention: "points",
  },
  assetStates: {
    exportOrder: [assetStates.assetId],
    owner: ["asset", assetStates.assetId],
    retention: "bounded",
  },
  telemetry: {
    exportOrder: [telemetry.ts, telemetry.assetId],
    owner: ["asset", telemetry.assetId],
    retention: "samples",
  },
  telemetryAhead: {
    exportOrder: [telemetryAhead.setAsideAt, telemetryAhead.ts, telemetryAhead.assetId],
    owner: ["asset", telemetryAhead.assetId],
    retention: "aside",
  },
  totals: {
    exportOrder: [totals.ts, totals.scopeId],
    owner: ["site", totals.scopeId],
    retention: "samples",
  },
  telemetryMinutes: {
    exportOrder: [telemetryMinutes.ts, telemetryMinutes.assetId],
    owner: ["asset", telemetryMinutes.assetId],
    retention: "minutes",
  },
  totalsMinutes: {
    exportOrder: [totalsMinutes.ts, totalsMinutes.scopeId],
    owner: ["site", totalsMinutes.scopeId],
    retention: "minutes",
  },
  telemetryRejected: { exportOrder: [telemetryRejected.id], retention: "newest" },
  adoptionRejected: { exportOrder: [adoptionRejected.id], retention: "bounded" },
  watermarks: { exportOrder: null, retention: "bounded" },
  identity: { exportOrder: null, retention: "bounded", staysAtReset: true },
};

export interface StoredTable {
  readonly name: string;
  /** The columns that order its rows in an export, as SQL; undefined: it is not exported. */
  readonly order: string | undefined;
  readonly owner: RowOwner | undefined;
  /** The column with the id of the owner. */
  readonly ownerColumn: string;
  readonly retention: Retention;
  readonly staysAtReset: boolean;
  /** The column that each database numbers anew. */
  readonly ownColumn: string | undefined;
  /** Whether that column is the key, so that rows of another database have no key. */
  readonly isKeyless: boolean;
}

const TABLES: Readonly<Record<string, PgTable>> = schema;

/** In the order in which they can be written. */
export const STORED_TABLES: readonly StoredTable[] = Object.entries(RULES).map(([key, rules]) =>
  storedTable(TABLES[key] as PgTable, rules),
);

function storedTable(table: PgTable, rules: TableRules): StoredTable {
  const own = Object.values(getTableColumns(table)).find((column) => column.generatedIdentity);
  return {
    name: getTableName(table),
    order: rules.exportOrder?.map(({ name }) => name).join(", "),
    owner: rules.owner?.[0],
    ownerColumn: rules.owner?.[1].name ?? "",
    retention: rules.retention,
    staysAtReset: rules.staysAtReset ?? false,
    ownColumn: own?.name,
    isKeyless: own?.primary ?? false,
  };
}

export function tablesRetainedBy(retention: Retention): readonly StoredTable[] {
  return STORED_TABLES.filter((table) => table.retention === retention);
}

/** Tables whose rows an owner takes with it, in the order in which they can be removed. */
export function tablesOf(owner: RowOwner): readonly StoredTable[] {
  return STORED_TABLES.filter((table) => table.owner === owner).reverse();
}
