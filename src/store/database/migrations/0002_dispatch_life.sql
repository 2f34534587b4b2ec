CREATE TABLE "dispatch_events" (
	"number" bigint PRIMARY KEY NOT NULL,
	"dispatch_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"from_status" text,
	"to_status" text NOT NULL,
	"reason" text,
	"by_id" uuid
);
--> statement-breakpoint
CREATE TABLE "dispatch_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "fallback_mw" double precision;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "schedule_id" uuid;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "start_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "end_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "valid_for_s" bigint;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "lease_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "on_shortfall" text;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "delivered_mwhr" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "held_from_mwhr" double precision;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "grounds" jsonb;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "max_export_mw" double precision;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "max_import_mw" double precision;--> statement-breakpoint
-- Until now nobody followed what became of a dispatch: the newest of each asset held it.
UPDATE "dispatches" SET
	"start_at" = "submitted_at",
	"end_at" = CASE WHEN "duration_s" IS NOT NULL THEN
		"submitted_at" + make_interval(secs => least(greatest("duration_s", 0), 31622400)) END,
	"on_shortfall" = CASE WHEN "duration_s" IS NULL THEN 'curtail' ELSE 'refuse' END,
	"status" = "older"."new_status",
	"reason" = CASE WHEN "older"."new_status" = 'superseded' THEN 'NEWER_DISPATCH'
		WHEN "older"."new_status" = 'failed' THEN coalesce("reason", "status") ELSE "reason" END,
	"ended_at" = CASE WHEN "older"."new_status" <> 'active' THEN coalesce("older"."next_at", "submitted_at") END
FROM (
	SELECT "id", "next_at",
		CASE WHEN "status" <> 'accepted' THEN 'failed' WHEN "next_at" IS NULL THEN 'active' ELSE 'superseded' END AS "new_status"
	FROM (
		SELECT "id", "status",
			CASE WHEN "status" = 'accepted' THEN
				lead("submitted_at") OVER (PARTITION BY "asset_id", "status" = 'accepted' ORDER BY "sequence") END AS "next_at"
		FROM "dispatches"
	) "followed"
) "older"
WHERE "older"."id" = "dispatches"."id";--> statement-breakpoint
ALTER TABLE "dispatches" ALTER COLUMN "start_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatches" ALTER COLUMN "on_shortfall" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "dispatch_events_dispatch" ON "dispatch_events" USING btree ("dispatch_id","number");--> statement-breakpoint
CREATE INDEX "dispatches_sequence" ON "dispatches" USING btree ("sequence");--> statement-breakpoint
CREATE INDEX "dispatches_asset_ended" ON "dispatches" USING btree ("asset_id","ended_at");--> statement-breakpoint
CREATE INDEX "dispatches_open" ON "dispatches" USING btree ("sequence") WHERE status in ('accepted', 'active');--> statement-breakpoint
CREATE INDEX "dispatches_request" ON "dispatches" USING btree ("request_id") WHERE request_id is not null;