ALTER TABLE "history_marks" ADD COLUMN "events_until" bigint;--> statement-breakpoint
CREATE INDEX "dispatch_requests_at" ON "dispatch_requests" USING btree ("at");--> statement-breakpoint
CREATE INDEX "dispatches_ended" ON "dispatches" USING btree ("ended_at") WHERE ended_at is not null;