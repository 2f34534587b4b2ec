CREATE TABLE "data_point_blocks" (
	"path" text collate "C" NOT NULL,
	"source" text NOT NULL,
	"sequence" bigint NOT NULL,
	"known" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"author" text NOT NULL,
	"request_id" text,
	"begin_at" timestamp with time zone NOT NULL,
	"is_derived" boolean NOT NULL,
	"is_full" boolean NOT NULL,
	"first_ms" integer,
	"step_ms" integer,
	"offsets_ms" integer[],
	"values" double precision[] NOT NULL,
	"withdrawn_from_ms" integer,
	"withdrawn_until_ms" integer,
	"origins" json,
	"origin_places" integer[],
	CONSTRAINT "data_point_blocks_path_source_begin_at_sequence_is_derived_pk" PRIMARY KEY("path","source","begin_at","sequence","is_derived")
);
--> statement-breakpoint
CREATE TABLE "data_point_contents" (
	"path" text collate "C" NOT NULL,
	"source" text NOT NULL,
	"sequence" bigint NOT NULL,
	"known" timestamp with time zone NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"author" text NOT NULL,
	"request_id" text,
	"at" timestamp with time zone NOT NULL,
	"content" json,
	CONSTRAINT "data_point_contents_path_source_at_sequence_pk" PRIMARY KEY("path","source","at","sequence")
);
--> statement-breakpoint
CREATE TABLE "data_point_writes" (
	"recorded_at" timestamp with time zone PRIMARY KEY NOT NULL,
	"request_id" text,
	"text" text
);
--> statement-breakpoint
CREATE TABLE "data_points" (
	"path" text collate "C" PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"unit" text,
	"resolution" text,
	"time_zone" text NOT NULL,
	"description" text,
	"min_value" double precision,
	"max_value" double precision,
	"json_schema" json,
	"retention" text,
	"block_ms" integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "data_point_writes_request" ON "data_point_writes" USING btree ("request_id");--> statement-breakpoint
CREATE VIEW "data_point_versions" AS
SELECT path, source, begin_at + coalesce(offset_ms, first_ms + (place - 1) * step_ms) * interval '1 millisecond' AS at,
	value, known, recorded_at, expires_at, author, request_id, sequence, begin_at
FROM data_point_blocks
CROSS JOIN LATERAL unnest("values", offsets_ms) WITH ORDINALITY AS written (value, offset_ms, place)
WHERE NOT is_derived AND value IS NOT NULL;
--> statement-breakpoint
CREATE VIEW "data_point_values" AS
SELECT DISTINCT ON (path, at) path, at, value, source, known, recorded_at, author
FROM (
	SELECT DISTINCT ON (path, source, at) *
	FROM data_point_versions AS version
	WHERE NOT EXISTS (
		SELECT FROM data_point_blocks AS later
		WHERE later.path = version.path AND later.source = version.source AND later.begin_at = version.begin_at
			AND later.sequence > version.sequence
			AND version.at >= later.begin_at + later.withdrawn_from_ms * interval '1 millisecond'
			AND version.at < later.begin_at + later.withdrawn_until_ms * interval '1 millisecond'
	)
	ORDER BY path, source, at, sequence DESC
) AS newest
WHERE expires_at IS NULL OR expires_at > now()
ORDER BY path, at, source DESC;
