CREATE TABLE "telemetry_ahead" (
	"asset_id" uuid NOT NULL,
	"site_id" uuid NOT NULL,
	"ts" timestamp with time zone NOT NULL,
	"soc_mwhr" double precision NOT NULL,
	"soc_pct" double precision NOT NULL,
	"capacity_mwhr" double precision NOT NULL,
	"current_mw" double precision NOT NULL,
	"setpoint_mw" double precision NOT NULL,
	"max_mw" double precision NOT NULL,
	"min_mw" double precision NOT NULL,
	"status" text NOT NULL,
	"dt_s" double precision NOT NULL,
	"limited_by" text,
	"energy_in_mwhr" double precision NOT NULL,
	"energy_out_mwhr" double precision NOT NULL,
	"set_aside_at" timestamp with time zone NOT NULL,
	CONSTRAINT "telemetry_ahead_set_aside_at_asset_id_ts_pk" PRIMARY KEY("set_aside_at","asset_id","ts")
);
