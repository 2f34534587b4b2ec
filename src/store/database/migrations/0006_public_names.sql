ALTER TABLE "dispatches" RENAME COLUMN "grounds" TO "rationale";--> statement-breakpoint
UPDATE "dispatches" SET "rationale" = jsonb_set("rationale" #- '{windows,commitments}', '{windows,dispatches}', "rationale" #> '{windows,commitments}') WHERE "rationale" #> '{windows,commitments}' IS NOT NULL;--> statement-breakpoint
UPDATE "dispatches" SET "reason" = 'SERVER_DOWN' WHERE "reason" = 'AWAY';--> statement-breakpoint
UPDATE "dispatch_events" SET "reason" = 'SERVER_DOWN' WHERE "reason" = 'AWAY';
