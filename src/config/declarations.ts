// The declarations of the settings that change while the server runs, as the domain has them.
import type { z } from "zod";
import type { Json } from "../domain/audit/record.ts";
import { quoted } from "../domain/base/quote.ts";
import { describeIssue } from "../domain/base/shape-issue.ts";
import { snakeCase } from "../domain/base/snake-case.ts";
import type { ReadValue, SettingDeclaration } from "../domain/settings/declaration.ts";
import type { Override } from "../domain/settings/in-force.ts";
import { valuesOf } from "./setting-shapes.ts";
import type { SettingName, Settings } from "./settings.ts";
import { TUNABLES, type Tunable, type TunableName } from "./tunables.ts";

/** In the order of the page. */
export const DECLARATIONS: readonly SettingDeclaration[] = (
  Object.keys(TUNABLES) as TunableName[]
).map((name) => {
  const tunable: Tunable = TUNABLES[name];
  const { shape, unit, takesEffect, scopes = ["platform"], changeableFrom } = tunable;
  const given = valuesOf(shape).jsonSchema;
  if (given === undefined) throw new Error(`bug: ${name} has no JSON Schema`);
  const jsonSchema = changeableFrom === undefined ? given : { ...given, minimum: changeableFrom };
  return {
    id: snakeCase(name),
    description: shape.description ?? "",
    ...{ unit, jsonSchema: jsonSchema as Json, scopes, takesEffect },
    default: shape.parse(undefined) as Json,
    read: (given) => readJson(shape, jsonSchema, given),
  };
});

type Schema = NonNullable<ReturnType<typeof valuesOf>["jsonSchema"]>;

const NOUNS = {
  ...{ number: "a number", integer: "a whole number" },
  ...{ boolean: "true or false", string: "a text" },
} as const;

/** A value of JSON is read by the shape of its text. */
function readJson(shape: z.ZodType, { type, minimum, maximum }: Schema, given: Json): ReadValue {
  const wanted = type === "integer" ? "number" : type;
  if (typeof given !== wanted) return { wrong: `must be ${NOUNS[type]}, not ${quoted(given)}` };
  const text = String(given);
  const read = shape.safeParse(text);
  if (read.success && minimum !== undefined && (read.data as number) < minimum)
    return { wrong: `must be ${minimum} to ${maximum}, not ${text}` };
  if (read.success) return { value: read.data as Json };
  const [issue] = read.error.issues;
  return { wrong: issue === undefined ? "is not accepted" : describeIssue(issue, text) };
}

/** What a variable or a flag gives in place of every stored value, by id. */
export function overridesOf(settings: Settings): ReadonlyMap<string, Override> {
  const names = (Object.keys(TUNABLES) as TunableName[]).filter((name) =>
    settings.given.has(name as SettingName),
  );
  return new Map(
    names.map((name) => {
      const by = settings.given.get(name as SettingName) as string;
      return [snakeCase(name), { value: settings[name as keyof Settings] as Json, by }];
    }),
  );
}
