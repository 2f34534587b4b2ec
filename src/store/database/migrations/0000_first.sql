CREATE TABLE "asset_states" (
	"asset_id" uuid PRIMARY KEY NOT NULL,
	"ts" timestamp with time zone NOT NULL,
	"soc_mwhr" double precision NOT NULL,
	"current_mw" double precision NOT NULL,
	"setpoint_mw" double precision NOT NULL,
	"energy_in_mwhr" double precision NOT NULL,
	"energy_out_mwhr" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid,
	"name" text NOT NULL,
	"location" text NOT NULL,
	"capacity_mwhr" double precision NOT NULL,
	"max_mw" double precision NOT NULL,
	"min_mw" double precision NOT NULL,
	"efficiency" double precision NOT NULL,
	"ramp_rate_mw_per_min" double precision NOT NULL,
	"origin" text DEFAULT 'file' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispatches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"asset_id" uuid NOT NULL,
	"mw" double precision NOT NULL,
	"duration_s" bigint,
	"status" text NOT NULL,
	"reason" text,
	"submitted_at" timestamp with time zone NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "dispatches_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1)
);
--> statement-breakpoint
CREATE TABLE "mando_identity" (
	"singleton" integer PRIMARY KEY NOT NULL,
	"database_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"location" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "telemetry" (
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
	CONSTRAINT "telemetry_asset_id_ts_pk" PRIMARY KEY("asset_id","ts")
);
--> statement-breakpoint
CREATE TABLE "telemetry_rejected" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "telemetry_rejected_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"reason" text NOT NULL,
	"row" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dispatches_asset_submitted" ON "dispatches" USING btree ("asset_id","sequence");