// Versions of everything that the server is made of and runs on.
import {
  COMPONENT_FIELDS,
  type Component as ComponentItem,
} from "../../../domain/version/component.ts";
import { builder } from "../base/builder.ts";
import { READING } from "../base/cost.ts";

const Component = builder.objectRef<ComponentItem>("Component").implement({
  description: "One version of one thing that the server is made of, or runs on.",
  fields: (t) => ({
    name: t.exposeString("name", { description: COMPONENT_FIELDS.name }),
    version: t.exposeString("version", { description: COMPONENT_FIELDS.version }),
    kind: t.exposeString("kind", { description: COMPONENT_FIELDS.kind }),
    license: t.exposeString("license", { nullable: true, description: COMPONENT_FIELDS.license }),
    isCurrent: t.exposeBoolean("isCurrent", { description: COMPONENT_FIELDS.isCurrent }),
  }),
});

builder.queryField("versions", (t) =>
  t.field({
    type: [Component],
    description: "Versions of the product, of what it is made of, and of what it runs on, by kind.",
    complexity: { field: READING },
    resolve: async (_, __, { services }) => [...(await services.versions.list())],
  }),
);
