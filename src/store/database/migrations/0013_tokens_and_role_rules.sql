CREATE TABLE "role_rules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"claim" text NOT NULL,
	"equals" text NOT NULL,
	"role" text NOT NULL,
	"site_ids" jsonb,
	"asset_ids" jsonb,
	"added_at" timestamp with time zone NOT NULL,
	"added_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"role" text NOT NULL,
	"site_ids" jsonb,
	"asset_ids" jsonb,
	"made_at" timestamp with time zone NOT NULL,
	"made_by" text NOT NULL,
	"withdrawn_at" timestamp with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_hash" ON "tokens" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_name" ON "tokens" USING btree ("name") WHERE withdrawn_at is null;