CREATE TABLE "setting_values" (
	"id" text NOT NULL,
	"scope" text NOT NULL,
	"version" integer NOT NULL,
	"value" json NOT NULL,
	"is_reset" boolean NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"changed_by" text NOT NULL,
	"reason" text,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "setting_values_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	CONSTRAINT "setting_values_id_scope_version_pk" PRIMARY KEY("id","scope","version")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "setting_values_sequence" ON "setting_values" USING btree ("sequence");