CREATE TABLE "alarms" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"severity" text NOT NULL,
	"message" text NOT NULL,
	"asset_id" uuid,
	"site_id" uuid,
	"dispatch_id" uuid,
	"execution_id" uuid,
	"raised_at" timestamp with time zone NOT NULL,
	"cleared_at" timestamp with time zone,
	"acknowledged_at" timestamp with time zone,
	"acknowledged_by" text,
	"raised_number" bigint NOT NULL,
	"cleared_number" bigint,
	"acknowledged_number" bigint
);
--> statement-breakpoint
ALTER TABLE "history_marks" ADD COLUMN "alarms_until" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "alarms_raised" ON "alarms" USING btree ("raised_number");--> statement-breakpoint
CREATE INDEX "alarms_open" ON "alarms" USING btree ("raised_number") WHERE cleared_at is null;--> statement-breakpoint
CREATE INDEX "alarms_cleared" ON "alarms" USING btree ("cleared_at") WHERE cleared_at is not null;--> statement-breakpoint
CREATE INDEX "alarms_cleared_number" ON "alarms" USING btree ("cleared_number") WHERE cleared_number is not null;--> statement-breakpoint
CREATE INDEX "alarms_acknowledged_number" ON "alarms" USING btree ("acknowledged_number") WHERE acknowledged_number is not null;