// The tables. Names and units are the documented ones; our additions are marked as ours.
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AlarmCode, AlarmSeverity } from "../../domain/alarm/codes.ts";
import type { Dispatch, DispatchEvent, Rationale } from "../../domain/dispatch/dispatch.ts";
import type { Shortfall } from "../../domain/dispatch/shortfall.ts";
import type { Origin } from "../../domain/fleet/change.ts";
import { ASSET_NUMBERS, SITE_NUMBERS } from "../../domain/fleet/fields.ts";
import { SAMPLE_FIELDS, STATE_FIELDS } from "../../domain/telemetry/columns.ts";
import { floats, instant, millis, optionalFloats } from "./column-types.ts";
import { LATER_PARTS, TOTALS_PARTS } from "./minute-parts.ts";
import { numberColumns } from "./number-columns.ts";

export const sites = pgTable("sites", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  location: text("location").notNull(),
  /** Ours. */
  ...numberColumns(SITE_NUMBERS),
  /** The origin of the site: `file`, `default` or `api`. Only sites of the file are pruned with it. Ours. */
  origin: text("origin").$type<Origin>().notNull().default("file"),
  /** Whether it is no longer in use; its history stays. Ours. */
  retired: boolean("retired").notNull().default(false),
});

export const assets = pgTable("assets", {
  id: uuid("id").primaryKey(),
  siteId: uuid("site_id").references(() => sites.id),
  name: text("name").notNull(),
  /** Null until a start has given it one, as it was stored before there were any. Ours. */
  dataPath: text("data_path"),
  location: text("location").notNull(),
  /** Those from `socMinRatio` on are ours. */
  ...numberColumns(ASSET_NUMBERS),
  /** The origin of the asset: `file`, `default` or `api`. Only assets of the file are pruned with it. Ours. */
  origin: text("origin").$type<Origin>().notNull().default("file"),
  /** Whether it is no longer simulated; its history stays. Ours. */
  retired: boolean("retired").notNull().default(false),
});

/** A sample: the report of one asset at one tick. */
const sampleColumns = {
  assetId: uuid("asset_id").notNull(),
  siteId: uuid("site_id").notNull(),
  ts: instant("ts").notNull(),
  ...floats(SAMPLE_FIELDS),
  status: text("status").notNull(),
  /** Length of the tick in s, which history needs. Ours. */
  dtS: doublePrecision("dt_s").notNull(),
  /** The last limit that changed the power. Ours. */
  limitedBy: text("limited_by"),
  /** Since when a sample that came late is known; null: since its instant. Ours. */
  known: instant("known"),
};

/**
 * The samples of every asset. Without foreign keys: they cost three times the insert, and one
 * row of a pruned asset would block an ordered writer for ever.
 */
export const telemetry = pgTable("telemetry", sampleColumns, (table) => [
  primaryKey({ columns: [table.assetId, table.ts] }),
]);

/**
 * Samples that lay in the future at a start, because the clock was ahead when they were made: set aside, so that ticks
 * continue. Ours.
 */
export const telemetryAhead = pgTable(
  "telemetry_ahead",
  { ...sampleColumns, setAsideAt: instant("set_aside_at").notNull() },
  (table) => [primaryKey({ columns: [table.setAsideAt, table.assetId, table.ts] })],
);

/**
 * Totals over the assets of a site, or of the fleet (an id of zeros), at every tick: extremes of a
 * sum cannot be derived from its parts. Ours.
 */
export const totals = pgTable(
  "totals",
  {
    scopeId: uuid("scope_id").notNull(),
    ts: instant("ts").notNull(),
    assetCount: integer("asset_count").notNull(),
    socMwhr: doublePrecision("soc_mwhr").notNull(),
    socPct: doublePrecision("soc_pct").notNull(),
    capacityMwhr: doublePrecision("capacity_mwhr").notNull(),
    currentMw: doublePrecision("current_mw").notNull(),
    dtS: doublePrecision("dt_s").notNull(),
    /** Energy charged and discharged in this tick, in MWh: powers of both signs do not cancel here. */
    tickInMwhr: doublePrecision("tick_in_mwhr").notNull(),
    tickOutMwhr: doublePrecision("tick_out_mwhr").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scopeId, table.ts] })],
);

/** The contribution of a minute to a step; `ts` is its begin. Sums are over time, in the unit times s. */
const minuteColumns = {
  ts: instant("ts").notNull(),
  sampleCount: integer("sample_count").notNull(),
  coveredS: doublePrecision("covered_s").notNull(),
  ...floats(TOTALS_PARTS.map(({ name }) => name)),
};

/**
 * Minutes of every asset; without durations and setpoints where they were summed up before there were any. On TimescaleDB
 * a continuous aggregate has this name. Ours.
 */
export const telemetryMinutes = pgTable(
  "telemetry_1m",
  {
    assetId: uuid("asset_id").notNull(),
    ...minuteColumns,
    ...optionalFloats(LATER_PARTS.map(({ name }) => name)),
    /** The newest one of its samples; null: none of them came late. */
    known: instant("known"),
  },
  (table) => [primaryKey({ columns: [table.assetId, table.ts] })],
);

/** Minutes of every site and of the fleet, likewise. Ours. */
export const totalsMinutes = pgTable(
  "totals_1m",
  { scopeId: uuid("scope_id").notNull(), ...minuteColumns },
  (table) => [primaryKey({ columns: [table.scopeId, table.ts] })],
);

/** One row: the watermarks of history. Ours. */
export const watermarks = pgTable("history_marks", {
  singleton: integer("singleton").primaryKey(),
  /** Minutes before this are all summed up; later minutes are read from the samples. */
  minutesUntil: instant("minutes_until"),
  /** Samples before this were removed. */
  rawFrom: instant("raw_from"),
  /** Events up to the one of this number were removed with their dispatches, unless those still exist. */
  eventsUntil: bigint("events_until", { mode: "number" }),
  /** Events of alarms up to the one of this number were removed with their alarms, unless those still exist. */
  alarmsUntil: bigint("alarms_until", { mode: "number" }),
});

export const dispatches = pgTable(
  "dispatches",
  {
    id: uuid("id").primaryKey(),
    assetId: uuid("asset_id").notNull(),
    mw: doublePrecision("mw").notNull(),
    durationS: bigint("duration_s", { mode: "number" }),
    status: text("status").$type<Dispatch["status"]>().notNull(),
    reason: text("reason"),
    submittedAtMs: millis("submitted_at").notNull(),
    /** Order of acceptance, where instants are equal. Ours. */
    sequence: bigint("sequence", { mode: "number" }).generatedAlwaysAsIdentity(),
    /** The columns that follow are ours. Intervals of one schedule share its id. */
    scheduleId: uuid("schedule_id"),
    startMs: millis("start_at").notNull(),
    /** null: until the next dispatch begins. */
    endMs: millis("end_at"),
    validForS: bigint("valid_for_s", { mode: "number" }),
    leaseUntilMs: millis("lease_until"),
    onShortfall: text("on_shortfall").$type<Dispatch["onShortfall"]>().notNull(),
    /** The id of the request, given by its client. */
    requestId: text("request_id"),
    endedAtMs: millis("ended_at"),
    deliveredMwhr: doublePrecision("delivered_mwhr").notNull().default(0),
    /** The net meter of the asset when the dispatch became active, in MWh. */
    heldFromMwhr: doublePrecision("held_from_mwhr"),
    /** The rationale of the decision. */
    rationale: jsonb("rationale").$type<Rationale>(),
    /** When it began to hold its asset, and the power then. */
    heldFromMs: millis("held_from_at"),
    heldFromMw: doublePrecision("held_from_mw"),
    /** What it demanded over the times that it held its asset and that are over. */
    demandedMwhr: doublePrecision("demanded_mwhr").notNull().default(0),
    /** What it lacks, or lacked once it ended. */
    shortfall: jsonb("shortfall").$type<Shortfall>(),
  },
  (table) => [
    index("dispatches_asset_submitted").on(table.assetId, table.sequence),
    index("dispatches_sequence").on(table.sequence),
    index("dispatches_asset_ended").on(table.assetId, table.endedAtMs),
    index("dispatches_ended").on(table.endedAtMs).where(sql`ended_at is not null`),
    index("dispatches_open").on(table.sequence).where(sql`status in ('accepted', 'active')`),
    // Cancelled ones, until the tick under way has ended: few at any time.
    index("dispatches_ending")
      .on(table.sequence)
      .where(sql`ended_at is not null and held_from_mwhr is not null`),
    index("dispatches_request").on(table.requestId).where(sql`request_id is not null`),
  ],
);

/** The events of each dispatch, one row a change of status. Numbered by the dispatch service; without foreign keys, as telemetry. Ours. */
export const dispatchEvents = pgTable(
  "dispatch_events",
  {
    number: bigint("number", { mode: "number" }).primaryKey(),
    dispatchId: uuid("dispatch_id").notNull(),
    atMs: millis("at").notNull(),
    /** null: it was accepted. */
    from: text("from_status").$type<Dispatch["status"]>(),
    to: text("to_status").$type<Dispatch["status"]>().notNull(),
    reason: text("reason").$type<DispatchEvent["reason"]>(),
    /** The dispatch that replaced it. */
    byId: uuid("by_id"),
  },
  (table) => [index("dispatch_events_dispatch").on(table.dispatchId, table.number)],
);

/** Requests with an id, so that a repetition gets the first answer. Ours. */
export const dispatchRequests = pgTable(
  "dispatch_requests",
  {
    id: text("id").primaryKey(),
    text: text("text").notNull(),
    /** When it was stored, by the clock of the database. */
    at: instant("at").notNull().defaultNow(),
  },
  (table) => [index("dispatch_requests_at").on(table.at)],
);

/** Alarms, open and cleared, each with the numbers of its events. Ours. */
export const alarms = pgTable(
  "alarms",
  {
    id: uuid("id").primaryKey(),
    code: text("code").$type<AlarmCode>().notNull(),
    severity: text("severity").$type<AlarmSeverity>().notNull(),
    message: text("message").notNull(),
    assetId: uuid("asset_id"),
    siteId: uuid("site_id"),
    dispatchId: uuid("dispatch_id"),
    executionId: uuid("execution_id"),
    raisedAtMs: millis("raised_at").notNull(),
    /** null: it is open. */
    clearedAtMs: millis("cleared_at"),
    acknowledgedAtMs: millis("acknowledged_at"),
    acknowledgedBy: text("acknowledged_by"),
    raisedNumber: bigint("raised_number", { mode: "number" }).notNull(),
    clearedNumber: bigint("cleared_number", { mode: "number" }),
    acknowledgedNumber: bigint("acknowledged_number", { mode: "number" }),
  },
  (table) => [
    uniqueIndex("alarms_raised").on(table.raisedNumber),
    index("alarms_open").on(table.raisedNumber).where(sql`cleared_at is null`),
    index("alarms_cleared").on(table.clearedAtMs).where(sql`cleared_at is not null`),
    index("alarms_cleared_number").on(table.clearedNumber).where(sql`cleared_number is not null`),
    index("alarms_acknowledged_number")
      .on(table.acknowledgedNumber)
      .where(sql`acknowledged_number is not null`),
  ],
);

/** The state of each asset: one row an asset, so that the latest value never comes from history. Ours. */
export const assetStates = pgTable("asset_states", {
  assetId: uuid("asset_id").primaryKey(),
  ts: instant("ts").notNull(),
  ...floats(STATE_FIELDS),
  /** The own state of the battery model, with its name and version; null: it has none. */
  modelState: jsonb("model_state"),
});

/** Rows that the tables do not accept, with the reason. Ours. */
export const telemetryRejected = pgTable("telemetry_rejected", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  reason: text("reason").notNull(),
  row: text("row").notNull(),
});

/** Other content of the older program that has no column here, with the reason. Ours. */
export const adoptionRejected = pgTable("adoption_rejected", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  /** The table, or the kind of object, that it comes from. */
  source: text("source").notNull(),
  reason: text("reason").notNull(),
  row: jsonb("row").notNull(),
});

/** One row: the identity of this database. Ours. */
export const identity = pgTable("mando_identity", {
  singleton: integer("singleton").primaryKey(),
  /** The id of the database, so that a spool is never drained into another one. */
  databaseId: uuid("database_id").notNull(),
});

export * from "./audit-tables.ts";
export * from "./data-point-tables.ts";
export * from "./identity-tables.ts";
export * from "./setting-tables.ts";
