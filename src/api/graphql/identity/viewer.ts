// The viewer: who sends a request, and what is granted to it.
import type { RoleGrant as Grant, Principal } from "../../../domain/identity/principal.ts";
import { ROLES, type Role as RoleName } from "../../../domain/identity/role.ts";
import { builder } from "../base/builder.ts";

const Role = builder.enumType("Role", {
  description: "What a role lets its holder do.",
  values: Object.fromEntries(
    Object.entries(ROLES).map(([value, description]) => [
      value.toUpperCase(),
      { value: value as RoleName, description },
    ]),
  ) as Record<Uppercase<RoleName>, { value: RoleName; description: string }>,
});

const RoleGrant = builder.objectRef<Grant>("RoleGrant").implement({
  description: "A role, and where it holds: everywhere where all lists are null.",
  fields: (t) => ({
    role: t.expose("role", { type: Role, description: "The role." }),
    siteIds: t.idList({
      nullable: true,
      description: "UUIDs of sites, at which it holds for all assets.",
      resolve: ({ siteIds }) => siteIds && [...siteIds],
    }),
    assetIds: t.idList({
      nullable: true,
      description: "UUIDs of assets for which it holds.",
      resolve: ({ assetIds }) => assetIds && [...assetIds],
    }),
    pathPrefixes: t.stringList({
      nullable: true,
      description: "Paths of data points for which it holds, with all below them.",
      resolve: ({ pathPrefixes }) => pathPrefixes && [...pathPrefixes],
    }),
  }),
});

const Viewer = builder.objectRef<Principal>("Viewer").implement({
  description: "Who sends a request.",
  fields: (t) => ({
    id: t.exposeID("id", {
      description:
        "Stable: `anonymous` without a sign-in, `api-token`, `token:<name>`, or what the provider identifies a person or program by.",
    }),
    name: t.exposeString("name", {
      nullable: true,
      description: "The name to show; null where none is known.",
    }),
    roles: t.field({
      type: [RoleGrant],
      description: "What is granted; empty: nothing.",
      resolve: ({ grants }) => [...grants],
    }),
    expiresAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When the sign-in ends; null: it does not by itself.",
      resolve: ({ expiresAtMs }) => expiresAtMs,
    }),
  }),
});

builder.queryField("viewer", (t) =>
  t.field({
    type: Viewer,
    description: "Who sends this request, and what is granted to it.",
    resolve: (_, __, { services }) => services.principal,
  }),
);
