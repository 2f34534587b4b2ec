-- Columns cannot be added to the continuous aggregates of TimescaleDB: each becomes a table with all of its minutes. The
-- next start makes it an aggregate again, unless it holds minutes whose samples were removed.
DO $$
BEGIN
	IF (SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass('telemetry_1m')) THEN
		CREATE TABLE "telemetry_1m_as_table" (
			"asset_id" uuid NOT NULL,
			"ts" timestamp with time zone NOT NULL,
			"sample_count" integer NOT NULL,
			"covered_s" double precision NOT NULL,
			"soc_pct_s" double precision NOT NULL,
			"soc_pct_min" double precision NOT NULL,
			"soc_pct_max" double precision NOT NULL,
			"soc_pct_last" double precision NOT NULL,
			"current_mw_s" double precision NOT NULL,
			"current_mw_min" double precision NOT NULL,
			"current_mw_max" double precision NOT NULL,
			"current_mw_last" double precision NOT NULL,
			"energy_in_mwhr" double precision NOT NULL,
			"energy_out_mwhr" double precision NOT NULL,
			"limited_by_ramp_s" double precision,
			"limited_by_power_s" double precision,
			"limited_by_energy_s" double precision,
			"limited_by_site_s" double precision
		);
		INSERT INTO "telemetry_1m_as_table" SELECT "asset_id", "ts", "sample_count", "covered_s", "soc_pct_s", "soc_pct_min", "soc_pct_max", "soc_pct_last",
			"current_mw_s", "current_mw_min", "current_mw_max", "current_mw_last", "energy_in_mwhr", "energy_out_mwhr",
			"limited_by_ramp_s", "limited_by_power_s", "limited_by_energy_s", "limited_by_site_s"
			FROM "telemetry_1m";
		DROP MATERIALIZED VIEW "telemetry_1m";
		ALTER TABLE "telemetry_1m_as_table" RENAME TO "telemetry_1m";
		ALTER TABLE "telemetry_1m" ADD CONSTRAINT "telemetry_1m_asset_id_ts_pk" PRIMARY KEY("asset_id","ts");
	END IF;
	IF (SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass('totals_1m')) THEN
		CREATE TABLE "totals_1m_as_table" (
			"scope_id" uuid NOT NULL,
			"ts" timestamp with time zone NOT NULL,
			"sample_count" integer NOT NULL,
			"covered_s" double precision NOT NULL,
			"soc_pct_s" double precision NOT NULL,
			"soc_pct_min" double precision NOT NULL,
			"soc_pct_max" double precision NOT NULL,
			"soc_pct_last" double precision NOT NULL,
			"current_mw_s" double precision NOT NULL,
			"current_mw_min" double precision NOT NULL,
			"current_mw_max" double precision NOT NULL,
			"current_mw_last" double precision NOT NULL,
			"energy_in_mwhr" double precision NOT NULL,
			"energy_out_mwhr" double precision NOT NULL
		);
		INSERT INTO "totals_1m_as_table" SELECT "scope_id", "ts", "sample_count", "covered_s", "soc_pct_s", "soc_pct_min", "soc_pct_max", "soc_pct_last",
			"current_mw_s", "current_mw_min", "current_mw_max", "current_mw_last", "energy_in_mwhr", "energy_out_mwhr"
			FROM "totals_1m";
		DROP MATERIALIZED VIEW "totals_1m";
		ALTER TABLE "totals_1m_as_table" RENAME TO "totals_1m";
		ALTER TABLE "totals_1m" ADD CONSTRAINT "totals_1m_scope_id_ts_pk" PRIMARY KEY("scope_id","ts");
	END IF;
END
$$;--> statement-breakpoint
ALTER TABLE "telemetry" ADD COLUMN "known" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "telemetry_ahead" ADD COLUMN "known" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "telemetry_1m" ADD COLUMN "setpoint_mw_s" double precision;--> statement-breakpoint
ALTER TABLE "telemetry_1m" ADD COLUMN "setpoint_mw_min" double precision;--> statement-breakpoint
ALTER TABLE "telemetry_1m" ADD COLUMN "setpoint_mw_max" double precision;--> statement-breakpoint
ALTER TABLE "telemetry_1m" ADD COLUMN "setpoint_mw_last" double precision;--> statement-breakpoint
ALTER TABLE "telemetry_1m" ADD COLUMN "known" timestamp with time zone;--> statement-breakpoint
-- Minutes whose samples are left are summed up again, with the setpoints: the watermark moves back to the first of them.
UPDATE "history_marks" SET "minutes_until" = greatest("raw_from", oldest.minute)
FROM (SELECT date_trunc('minute', min("ts"), 'UTC') AS minute FROM "totals" WHERE "scope_id" = '00000000-0000-0000-0000-000000000000') oldest
WHERE oldest.minute IS NOT NULL AND "minutes_until" > greatest("raw_from", oldest.minute);
