// Settings in the form of REST.
import { z } from "@hono/zod-openapi";
import type { SettingVersion } from "../../../domain/settings/in-force.ts";
import { SCOPE_FORMS, SCOPE_KINDS, type ScopeKind } from "../../../domain/settings/scope.ts";
import {
  noteOf,
  type SettingEffect,
  type SettingPreview,
  type SettingState,
} from "../../../services/settings/outcomes.ts";
import { instant, instantText } from "../base/schemas.ts";

const text = (description: string) => z.string().openapi({ description });
const json = (description: string) =>
  z.unknown().openapi({ description, type: ["number", "boolean", "string", "object", "array"] });

export const SETTING_EXAMPLE = "max_list_ids";

export const SettingId = text("The name of its variable in lower case, where it has one.").openapi({
  example: SETTING_EXAMPLE,
  param: { name: "id", in: "path" },
});

export const ScopeText = text(
  `${SCOPE_FORMS}; left out: platform. An asset inherits from its site and the platform, all others from the platform.`,
).openapi({ example: "platform" });

export const ReasonText = text("Why it is changed: one line of up to 500 characters.");

const Note = text(
  "Why the change is not in force while this server runs; null: it is in force.",
).nullable();

export const VersionJson = z
  .object({
    version: z.int().openapi({ description: "Counted from 1 on within the setting and scope." }),
    value: json("The value; of a reset the one that was inherited then."),
    is_reset: z.boolean().openapi({ description: "Whether the scope inherits from then on." }),
    changed_at: instant("When, UTC."),
    changed_by: text("The id of who changed it."),
    reason: text("Why, in words; null: not given.").nullable(),
  })
  .openapi("SettingValue");

export const SettingJson = z
  .object({
    id: text("The name of its variable in lower case, where it has one."),
    scope: text("The scope that was read."),
    description: text("What it is."),
    unit: text("The unit of its value; null: none.").nullable(),
    json_schema: z
      .record(z.string(), z.unknown())
      .openapi({ description: "JSON Schema (2020-12) of its values." }),
    default: json("In force where no scope has a value."),
    scopes: z
      .array(z.enum(Object.keys(SCOPE_KINDS) as [ScopeKind, ...ScopeKind[]]))
      .openapi({ description: "The kinds of scopes that may have a value." }),
    takes_effect: text("When a change takes effect."),
    value: json("In force in the scope."),
    version: z.int().openapi({
      description: "The newest version of the scope itself, as in the ETag; 0: it has none.",
    }),
    in_force_scope: text(
      "The scope whose value is in force: this one, or one that it inherits from; null: the default is, or what overrides it.",
    ).nullable(),
    in_force_version: z
      .int()
      .nullable()
      .openapi({ description: "The version of that scope; null: it is none." }),
    is_overridden_by: text(
      "The variable or flag of this server that is in force in place of what is stored; null: none is.",
    ).nullable(),
    invalid: z
      .array(
        z.object({
          scope: text("Its scope."),
          version: z.int().openapi({ description: "Its version." }),
          value: json("The value that is stored."),
          message: text("Why it is not accepted."),
        }),
      )
      .openapi({
        description:
          "Stored values that this version of the program does not accept: they are kept, and the next scope is in force in their place.",
      }),
  })
  .openapi("Setting");

export const SettingChangedJson = z
  .object({ setting: SettingJson, change: VersionJson, note: Note })
  .openapi("SettingChanged");

export const SettingPreviewJson = z
  .object({
    setting: SettingJson,
    value: json("What would be in force in the scope, were nothing overridden."),
    effects: z
      .array(
        z.object({
          scope: text("A scope whose value in force would change."),
          before: json("Now."),
          after: json("Then."),
        }),
      )
      .openapi({ description: "The first 100 of them." }),
    effect_count: z.int().openapi({ description: "How many there are." }),
    note: Note,
  })
  .openapi("SettingPreview");

export function versionJson(it: SettingVersion): z.output<typeof VersionJson> {
  const { version, value, isReset, changedAtMs, changedBy, reason } = it;
  const changed = { changed_at: instantText(changedAtMs), changed_by: changedBy, reason };
  return { version, value, is_reset: isReset, ...changed };
}

export function settingJson(state: SettingState): z.output<typeof SettingJson> {
  const { declaration, scope, value, version, from, overriddenBy, invalid } = state;
  const { id, description, unit, jsonSchema, scopes, takesEffect } = declaration;
  return {
    ...{ id, scope, description, unit },
    json_schema: jsonSchema as Record<string, unknown>,
    default: declaration.default,
    ...{ scopes: [...scopes], takes_effect: takesEffect, value, version },
    in_force_scope: from?.scope ?? null,
    in_force_version: from?.version ?? null,
    is_overridden_by: overriddenBy,
    invalid: invalid.map(({ version: it, wrong }) => ({
      ...{ scope: it.scope, version: it.version, value: it.value },
      message: `${id} ${wrong}`,
    })),
  };
}

export function changedJson(setting: SettingState, change: SettingVersion) {
  return { setting: settingJson(setting), change: versionJson(change), note: noteOf(setting) };
}

export function previewJson({ setting, value, effects, effectCount }: SettingPreview) {
  const shown = effects.map((it: SettingEffect) => ({ ...it }));
  const effect = { value, effects: shown, effect_count: effectCount };
  return { setting: settingJson(setting), ...effect, note: noteOf(setting) };
}
