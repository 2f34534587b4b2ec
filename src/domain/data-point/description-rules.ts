// The rules on the description of a data point.
import type { Json } from "../audit/record.ts";
import { quoted } from "../base/quote.ts";
import { finish } from "../base/steps.ts";
import { readDuration } from "../time/duration.ts";
import type { DataPoint, DataPointType } from "./data-point.ts";
import { isStorable, wrongJson } from "./json-rules.ts";
import { wrongPath } from "./path.ts";
import { type DataRefusal, type Sentence, spelled } from "./refusal.ts";

const LONGEST_UNIT = 64;
const LONGEST_DESCRIPTION = 2_000;
const LONGEST_SCHEMA = 100_000;

/** A description as it is requested; what is left out, or null, is not there. */
export interface GivenDescription {
  readonly path: string;
  readonly type: DataPointType;
  readonly unit?: string | null | undefined;
  readonly resolution?: string | null | undefined;
  /** Left out: UTC. */
  readonly timeZone?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly minValue?: number | null | undefined;
  readonly maxValue?: number | null | undefined;
  readonly jsonSchema?: Json | undefined;
  readonly retention?: string | null | undefined;
}

/** What a description is checked with. */
export interface DescriptionChecks {
  isZone(name: string): boolean;
  /** Why a value is no JSON Schema, as the end of a sentence. */
  refuseSchema(schema: Json): Promise<string | undefined>;
}

/** @param known The description that is replaced; undefined: it is a new one. */
export async function readDescription(
  given: GivenDescription,
  known: DataPoint | undefined,
  checks: DescriptionChecks,
): Promise<DataPoint | DataRefusal> {
  const point: DataPoint = {
    path: given.path,
    type: given.type,
    unit: given.unit ?? null,
    resolution: given.resolution ?? null,
    timeZone: given.timeZone ?? "UTC",
    description: given.description ?? null,
    minValue: given.minValue ?? null,
    maxValue: given.maxValue ?? null,
    jsonSchema: given.jsonSchema ?? null,
    retention: given.retention ?? null,
  };
  const wrong = wrongField(point, known, checks) ?? (await wrongSchema(point, checks));
  if (wrong === undefined) return point;
  const [field, text] = wrong;
  return {
    code: "DATA_POINT_INVALID",
    message: (spelling) => `${spelling.field(field)} ${spelled(text, spelling)}`,
    ...{ field, path: point.path },
  };
}

type Wrong = readonly [field: keyof GivenDescription | "id", rest: Sentence];

function wrongField(
  point: DataPoint,
  known: DataPoint | undefined,
  checks: DescriptionChecks,
): Wrong | undefined {
  const { path, type, unit, resolution, timeZone, description, retention } = point;
  const wrong = wrongPath(path);
  if (wrong !== undefined) return ["id", wrong];
  if (known !== undefined && known.type !== type)
    return [
      "type",
      ({ type: nameOf }) =>
        `stays ${nameOf(known.type)}, which the stored values have: use another path`,
    ];
  if (unit !== null && !isLine(unit, LONGEST_UNIT))
    return ["unit", `must be one line of 1 to ${LONGEST_UNIT} characters, not ${quoted(unit)}`];
  if (resolution !== null && readDuration(resolution) === undefined)
    return ["resolution", `must be a duration of ISO 8601 like PT15M, not ${quoted(resolution)}`];
  if (retention !== null && readDuration(retention) === undefined)
    return ["retention", `must be a duration of ISO 8601 like P3Y, not ${quoted(retention)}`];
  if (!checks.isZone(timeZone))
    return ["timeZone", `must be a name of IANA like Europe/Helsinki, not ${quoted(timeZone)}`];
  if (description !== null && description.length > LONGEST_DESCRIPTION)
    return ["description", `may have ${LONGEST_DESCRIPTION} characters`];
  if (description !== null && !isStorable(description))
    return ["description", "must have no NUL, and no half of a surrogate pair"];
  return wrongRange(point);
}

function wrongRange({ type, minValue, maxValue }: DataPoint): Wrong | undefined {
  const isGiven = minValue !== null || maxValue !== null;
  if (isGiven && type === "static_data")
    return ["minValue", ({ field }) => `and ${field("maxValue")} are for numbers alone`];
  if (![minValue ?? 0, maxValue ?? 0].every(Number.isFinite))
    return ["minValue", ({ field }) => `and ${field("maxValue")} must be finite`];
  if ((minValue ?? -Infinity) <= (maxValue ?? Infinity)) return undefined;
  return [
    "minValue",
    ({ field }) => `must be at most ${field("maxValue")}, ${maxValue}, not ${minValue}`,
  ];
}

async function wrongSchema(
  { type, jsonSchema }: DataPoint,
  { refuseSchema }: DescriptionChecks,
): Promise<Wrong | undefined> {
  if (jsonSchema === null) return undefined;
  if (type !== "static_data") return ["jsonSchema", "is for documents alone: leave it out"];
  if (JSON.stringify(jsonSchema).length > LONGEST_SCHEMA)
    return ["jsonSchema", `may have ${LONGEST_SCHEMA} characters as JSON`];
  const wrong = finish(wrongJson(jsonSchema)) ?? (await refuseSchema(jsonSchema));
  return wrong === undefined ? undefined : ["jsonSchema", wrong];
}

function isLine(text: string, longest: number): boolean {
  return text !== "" && text.length <= longest && !/[\p{Cc}\p{Cs}]/u.test(text);
}
