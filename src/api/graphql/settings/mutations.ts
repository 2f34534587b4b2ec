// The mutations of settings.
import type { SettingVersion } from "../../../domain/settings/in-force.ts";
import { refuseReason } from "../../../domain/settings/refusal.ts";
import type { ScopeRefusal } from "../../../services/clients/client-settings.ts";
import {
  type SettingConflict as ConflictItem,
  type SettingEffect as EffectItem,
  noteOf,
  type SettingPreview as PreviewItem,
  type SettingResult as ResultItem,
  type SettingState,
} from "../../../services/settings/outcomes.ts";
import { builder } from "../base/builder.ts";
import { refusal } from "../base/refusal.ts";
import { RefusalCode } from "../base/refusal-code.ts";
import { Setting, SettingValue, scopeArg } from "./setting.ts";

interface Changed {
  readonly setting: SettingState;
  readonly change: SettingVersion;
}

const NOTE = {
  nullable: true,
  description: "Why the change is not in force while this server runs; null: it is in force.",
} as const;

const SettingChanged = builder.objectRef<Changed>("SettingChanged").implement({
  description: "The setting has a new version.",
  fields: (t) => ({
    setting: t.expose("setting", { type: Setting, description: "As it is now." }),
    change: t.expose("change", { type: SettingValue, description: "The new version." }),
    note: t.string({ ...NOTE, resolve: ({ setting }) => noteOf(setting) }),
  }),
});

const SettingEffect = builder.objectRef<EffectItem>("SettingEffect").implement({
  description: "A scope whose value in force would change.",
  fields: (t) => ({
    scope: t.exposeString("scope", { description: "The scope." }),
    before: t.field({ type: "JSON", description: "Now.", resolve: ({ before }) => before }),
    after: t.field({ type: "JSON", description: "Then.", resolve: ({ after }) => after }),
  }),
});

const SettingPreview = builder.objectRef<PreviewItem>("SettingPreview").implement({
  description: "What a change would do: nothing was changed.",
  fields: (t) => ({
    setting: t.expose("setting", { type: Setting, description: "As it is now." }),
    value: t.field({
      type: "JSON",
      description: "What would be in force in the scope, were nothing overridden.",
      resolve: ({ value }) => value,
    }),
    effects: t.field({
      type: [SettingEffect],
      description: "The scopes whose value in force would change, the first 100 of them.",
      resolve: ({ effects }) => [...effects],
    }),
    effectCount: t.exposeInt("effectCount", { description: "How many there are." }),
    note: t.string({ ...NOTE, resolve: ({ setting }) => noteOf(setting) }),
  }),
});

const SettingConflict = builder.objectRef<ConflictItem>("SettingConflict").implement({
  description: "The setting was changed since the expected version: the request changed nothing.",
  fields: (t) => ({
    code: t.expose("code", { type: RefusalCode, description: "SETTING_CONFLICT." }),
    message: t.exposeString("message", { description: "What is wrong, and what to do." }),
    setting: t.expose("setting", { type: Setting, description: "As it is now." }),
    current: t.expose("current", {
      type: SettingValue,
      nullable: true,
      description: "The change of the other; null: the scope has no version.",
    }),
  }),
});

const SettingRefused = builder.objectRef<ScopeRefusal>("SettingRefused").implement({
  description: "The request changed nothing.",
  fields: (t) => ({
    code: t.expose("code", { type: RefusalCode, description: "Stable, for programs." }),
    message: t.exposeString("message", { description: "What is wrong, and what to do." }),
    field: t.string({
      nullable: true,
      description: "The argument at fault; null: it is none.",
      resolve: (it) => ("field" in it ? (it.field ?? null) : null),
    }),
  }),
});

type Answer = Changed | PreviewItem | ConflictItem | ScopeRefusal;

const SettingResult = builder.unionType("SettingResult", {
  description: "The outcome of a change of a setting.",
  types: [SettingChanged, SettingPreview, SettingConflict, SettingRefused],
  resolveType: (it) => {
    if ("effects" in it) return SettingPreview;
    if (!("code" in it)) return SettingChanged;
    return "setting" in it ? SettingConflict : SettingRefused;
  },
});

const terms = builder.args((t) => ({
  id: t.id({ required: true, description: "The id of the setting." }),
  scope: t.string(scopeArg),
  expectedVersion: t.int({
    required: true,
    description: "The version of the setting in the scope, as it was read; 0: it had none.",
  }),
  reason: t.string({ description: "Why: one line of up to 500 characters." }),
}));

const dryRun = builder.args((t) => ({
  dryRun: t.boolean({
    defaultValue: false,
    description: "true: change nothing, and answer what would change.",
  }),
}));

builder.mutationFields((t) => ({
  changeSetting: t.field({
    type: SettingResult,
    description: "Gives a scope a value of its own, as a new version.",
    args: {
      ...terms,
      value: t.arg({
        type: "JSON",
        required: true,
        description: "Fits the JSON Schema of the setting.",
      }),
      ...dryRun,
    },
    resolve: async (_, { value, ...args }, { services }) =>
      answerOf(await services.settings.change({ ...readTerms(args), value: value ?? null })),
  }),
  resetSetting: t.field({
    type: SettingResult,
    description: "Takes the value of a scope back, so that it inherits, as a new version.",
    args: { ...terms, ...dryRun },
    resolve: async (_, args, { services }) =>
      answerOf(await services.settings.reset(readTerms(args))),
  }),
  rollbackSetting: t.field({
    type: SettingResult,
    description: "Gives a scope the value of an earlier version, as a new version.",
    args: {
      ...terms,
      toVersion: t.arg.int({ required: true, description: "The version with the value." }),
      ...dryRun,
    },
    resolve: async (_, { toVersion, ...args }, { services }) => {
      if (toVersion < 1) throw refusal("BAD_INPUT", "toVersion must be 1 or more", "toVersion");
      return answerOf(await services.settings.rollback({ ...readTerms(args), toVersion }));
    },
  }),
}));

interface Terms {
  readonly id: string;
  readonly scope?: string | null | undefined;
  readonly expectedVersion: number;
  readonly reason?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

function readTerms({ id, scope, expectedVersion, reason, dryRun }: Terms) {
  const wrong = reason == null ? undefined : refuseReason(reason);
  if (wrong !== undefined) throw refusal("BAD_INPUT", `reason ${wrong}`, "reason");
  if (expectedVersion < 0)
    throw refusal("BAD_INPUT", "expectedVersion must be 0 or more", "expectedVersion");
  // Its default is false, and who writes null may have meant either.
  if (dryRun === null) throw refusal("BAD_INPUT", "dryRun must be true or false", "dryRun");
  const given = { scope: scope ?? undefined, reason: reason ?? undefined };
  return { id, expectedVersion, ...given, isDryRun: dryRun === true };
}

function answerOf(result: ResultItem): Answer {
  return result.kind === "refused" ? result.refusal : result;
}
