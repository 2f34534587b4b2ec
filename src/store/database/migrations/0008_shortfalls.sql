ALTER TABLE "dispatches" ADD COLUMN "held_from_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "held_from_mw" double precision;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "demanded_mwhr" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "shortfall" jsonb;--> statement-breakpoint
UPDATE "dispatches" SET "demanded_mwhr" = "delivered_mwhr" WHERE "status" IN ('accepted', 'active');