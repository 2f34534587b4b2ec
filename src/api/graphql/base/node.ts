// The interface Node, and the lookup of any node by its id.
import { builder } from "./builder.ts";
import { readId } from "./inputs.ts";

export const Node = builder.interfaceRef<{ readonly id: string }>("Node").implement({
  description: "An asset, a site, a dispatch or an alarm.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "UUID, the same over REST." }),
  }),
  resolveType: (item) => {
    if ("capacityMwhr" in item) return "Asset";
    if ("submittedAtMs" in item) return "Dispatch";
    return "raisedAtMs" in item ? "Alarm" : "Site";
  },
});

builder.queryField("node", (t) =>
  t.field({
    type: Node,
    nullable: true,
    description:
      "The asset or the site of this id, retired or not, or the dispatch or the alarm; null where there is none.",
    args: { id: t.arg.id({ required: true, description: "UUID of what to find." }) },
    resolve: async (_, args, { services }) => {
      const id = readId(args.id, "id");
      const { table } = services.telemetry.latest();
      return (
        table.findAsset(id) ??
        table.findSite(id) ??
        (await services.dispatch.find(id)) ??
        (await services.alarms.find(id)) ??
        null
      );
    },
  }),
);
