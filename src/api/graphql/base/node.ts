// The interface Node, and the lookup of any node by its id.
import { auditItem } from "./audit-item.ts";
import { builder } from "./builder.ts";
import { readId } from "./inputs.ts";

export const Node = builder.interfaceRef<{ readonly id: string }>("Node").implement({
  description: "An asset, a site, a dispatch, an alarm or a record of the audit log.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "UUID, the same over REST." }),
  }),
  resolveType: (item) => {
    if ("capacityMwhr" in item) return "Asset";
    if ("submittedAtMs" in item) return "Dispatch";
    if ("raisedAtMs" in item) return "Alarm";
    return "actor" in item ? "AuditRecord" : "Site";
  },
});

builder.queryField("node", (t) =>
  t.field({
    type: Node,
    nullable: true,
    description:
      "The asset or the site of this id, retired or not, or the dispatch, the alarm or the record of the audit log; null where there is none.",
    args: { id: t.arg.id({ required: true, description: "UUID of what to find." }) },
    resolve: async (_, args, { services }) => {
      const id = readId(args.id, "id");
      const { table } = services.telemetry.latest();
      return (
        table.findAsset(id) ??
        table.findSite(id) ??
        (await services.dispatch.find(id)) ??
        (await services.alarms.find(id)) ??
        auditItem(await services.audit.find(id)) ??
        null
      );
    },
  }),
);
