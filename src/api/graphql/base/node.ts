// The interface Node, and the lookup of any node by its id.
import { builder } from "./builder.ts";
import { readId } from "./inputs.ts";

export const Node = builder.interfaceRef<{ readonly id: string }>("Node").implement({
  description: "An asset, a site or a dispatch.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "UUID, the same over REST." }),
  }),
  resolveType: (item) => {
    if ("capacityMwhr" in item) return "Asset";
    return "submittedAtMs" in item ? "Dispatch" : "Site";
  },
});

builder.queryField("node", (t) =>
  t.field({
    type: Node,
    nullable: true,
    description:
      "The asset or the site of this id, retired or not, or the dispatch; null where there is none.",
    args: { id: t.arg.id({ required: true, description: "UUID of what to find." }) },
    resolve: async (_, args, { services }) => {
      const id = readId(args.id, "id");
      const { table } = services.telemetry.latest();
      return (
        table.findAsset(id) ?? table.findSite(id) ?? (await services.dispatch.find(id)) ?? null
      );
    },
  }),
);
