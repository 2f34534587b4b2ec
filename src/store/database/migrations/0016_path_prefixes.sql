ALTER TABLE "role_rules" ADD COLUMN "path_prefixes" jsonb;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "path_prefixes" jsonb;