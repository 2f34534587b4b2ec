CREATE TABLE "history_marks" (
	"singleton" integer PRIMARY KEY NOT NULL,
	"minutes_until" timestamp with time zone,
	"raw_from" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "telemetry_1m" (
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
	CONSTRAINT "telemetry_1m_asset_id_ts_pk" PRIMARY KEY("asset_id","ts")
);
--> statement-breakpoint
CREATE TABLE "totals" (
	"scope_id" uuid NOT NULL,
	"ts" timestamp with time zone NOT NULL,
	"asset_count" integer NOT NULL,
	"soc_mwhr" double precision NOT NULL,
	"soc_pct" double precision NOT NULL,
	"capacity_mwhr" double precision NOT NULL,
	"current_mw" double precision NOT NULL,
	"dt_s" double precision NOT NULL,
	"tick_in_mwhr" double precision NOT NULL,
	"tick_out_mwhr" double precision NOT NULL,
	CONSTRAINT "totals_scope_id_ts_pk" PRIMARY KEY("scope_id","ts")
);
--> statement-breakpoint
CREATE TABLE "totals_1m" (
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
	"energy_out_mwhr" double precision NOT NULL,
	CONSTRAINT "totals_1m_scope_id_ts_pk" PRIMARY KEY("scope_id","ts")
);
--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "retired" boolean DEFAULT false NOT NULL;