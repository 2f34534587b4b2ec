ALTER TABLE "assets" ADD COLUMN "soc_min_ratio" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "soc_max_ratio" double precision DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "initial_soc_pct" double precision DEFAULT 50 NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "origin" text DEFAULT 'file' NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "retired" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- A site was brought by whoever brought its assets.
UPDATE "sites" SET "origin" = 'default'
WHERE 'default' = ALL (SELECT "origin" FROM "assets" WHERE "site_id" = "sites"."id")
	AND EXISTS (SELECT FROM "assets" WHERE "site_id" = "sites"."id");
