// Settings: their type, with their history, and their list.
import type {
  InvalidVersion,
  SettingVersion as VersionItem,
} from "../../../domain/settings/in-force.ts";
import { SCOPE_FORMS } from "../../../domain/settings/scope.ts";
import type { ScopeRefusal } from "../../../services/clients/client-settings.ts";
import type { SettingState } from "../../../services/settings/outcomes.ts";
import { builder } from "../base/builder.ts";
import { connectionOf } from "../base/connection.ts";
import { pageCost, READING } from "../base/cost.ts";
import { readFirst, readNumberCursor, writeCursor } from "../base/inputs.ts";
import { refusal } from "../base/refusal.ts";

export const scopeArg = {
  description: `${SCOPE_FORMS}; left out: platform.`,
};

export const SettingValue = builder.objectRef<VersionItem>("SettingValue").implement({
  description: "One version of a setting in one scope.",
  fields: (t) => ({
    version: t.exposeInt("version", {
      description: "Counted from 1 on within the setting and the scope.",
    }),
    value: t.field({
      type: "JSON",
      description:
        'The value; of a reset the one that was inherited then. A stored null, which no setting accepts, is the text "null".',
      resolve: ({ value }) => value ?? "null",
    }),
    isReset: t.exposeBoolean("isReset", {
      description: "Whether the scope has no value of its own from then on, and inherits.",
    }),
    changedAt: t.field({
      type: "DateTime",
      description: "When it was changed.",
      resolve: ({ changedAtMs }) => changedAtMs,
    }),
    changedBy: t.exposeString("changedBy", { description: "The id of who changed it." }),
    reason: t.exposeString("reason", {
      nullable: true,
      description: "Why, in words; null: not given.",
    }),
  }),
});

const InvalidSetting = builder.objectRef<InvalidVersion>("InvalidSetting").implement({
  description:
    "A stored value that this version of the program does not accept: it is kept, and the next scope is in force in its place.",
  fields: (t) => ({
    scope: t.string({ description: "Its scope.", resolve: ({ version }) => version.scope }),
    version: t.int({ description: "Its version.", resolve: ({ version }) => version.version }),
    value: t.field({
      type: "JSON",
      description: 'The value that is stored; a null is the text "null".',
      resolve: ({ version }) => version.value ?? "null",
    }),
    message: t.string({
      description: "Why it is not accepted.",
      resolve: ({ version, wrong }) => `${version.id} ${wrong}`,
    }),
  }),
});

const KIND = "setting";
const DEFAULT_VERSIONS = 20;
const SettingValueConnection = connectionOf<VersionItem>("SettingValue", SettingValue);

export const Setting = builder.objectRef<SettingState>("Setting").implement({
  description: "A setting that changes while the server runs, as it is in force in a scope.",
  fields: (t) => ({
    id: t.id({
      description: "The name of its variable in lower case, where it has one.",
      resolve: ({ declaration }) => declaration.id,
    }),
    scope: t.exposeString("scope", { description: "The scope that was read." }),
    description: t.string({
      description: "What it is.",
      resolve: ({ declaration }) => declaration.description,
    }),
    unit: t.string({
      nullable: true,
      description: "The unit of its value; null: none.",
      resolve: ({ declaration }) => declaration.unit,
    }),
    jsonSchema: t.field({
      type: "JSON",
      description: "JSON Schema (2020-12) of its values.",
      resolve: ({ declaration }) => declaration.jsonSchema,
    }),
    default: t.field({
      type: "JSON",
      description: "In force where no scope has a value.",
      resolve: ({ declaration }) => declaration.default,
    }),
    scopes: t.stringList({
      description: "The kinds of scopes that may have a value: platform, flow, site, asset.",
      resolve: ({ declaration }) => [...declaration.scopes],
    }),
    value: t.field({
      type: "JSON",
      description: "In force in the scope.",
      resolve: ({ value }) => value,
    }),
    version: t.exposeInt("version", {
      description: "The newest version of the scope itself; 0: it has none.",
    }),
    inForceScope: t.string({
      nullable: true,
      description:
        "The scope whose value is in force: this one, or one that it inherits from; null: the default is, or what overrides it.",
      resolve: ({ from }) => from?.scope ?? null,
    }),
    inForceVersion: t.int({
      nullable: true,
      description: "The version of that scope; null: it is none.",
      resolve: ({ from }) => from?.version ?? null,
    }),
    isOverriddenBy: t.string({
      nullable: true,
      description:
        "The variable or flag of this server that is in force in place of what is stored; null: none is.",
      resolve: ({ overriddenBy }) => overriddenBy,
    }),
    takesEffect: t.string({
      description: "When a change takes effect.",
      resolve: ({ declaration }) => declaration.takesEffect,
    }),
    invalid: t.field({
      type: [InvalidSetting],
      description: "Stored values that are not accepted, and would be in force otherwise.",
      resolve: ({ invalid }) => [...invalid],
    }),
    history: t.field({
      type: SettingValueConnection,
      description: "The versions of the scope, the newest first, also those after `asOf`.",
      complexity: pageCost(DEFAULT_VERSIONS, READING),
      args: {
        first: t.arg.int({
          defaultValue: DEFAULT_VERSIONS,
          description: "How many at most, 0 to 500.",
        }),
        after: t.arg.string({ description: "Cursor of the item that precedes the page." }),
      },
      resolve: async (state, { first, after }, { services }) => {
        const count = readFirst(first, DEFAULT_VERSIONS);
        const before = after == null ? undefined : readNumberCursor(after, KIND);
        const listed = await services.settings.history(state, { before, limit: count + 1 });
        return {
          edges: listed.slice(0, count).map((node) => ({
            cursor: writeCursor(KIND, String(node.version)),
            node,
          })),
          hasNextPage: listed.length > count,
          hasPreviousPage: after != null,
        };
      },
    }),
  }),
});

builder.queryField("settings", (t) =>
  t.field({
    type: [Setting],
    description:
      "The settings that change while the server runs, as they are in force in a scope: those that have values for scopes of its kind.",
    complexity: READING,
    args: {
      scope: t.arg.string(scopeArg),
      asOf: t.arg({
        type: "DateTime",
        description:
          "As they were stored at this instant, without what overrides them; left out: as they are now.",
      }),
    },
    resolve: async (_, { scope, asOf }, { services }) => {
      const listed = await services.settings.list(scope ?? undefined, asOf ?? undefined);
      if ("refusal" in listed) throw scopeError(listed.refusal);
      return [...listed];
    },
  }),
);

function scopeError({ code, message }: ScopeRefusal) {
  return refusal(code, message, "scope");
}
