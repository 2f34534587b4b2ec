// Mutations of sites.
import type { Site as SiteItem } from "../../../domain/fleet/asset.ts";
import type { FleetChange } from "../../../domain/fleet/change.ts";
import type { ClientServices } from "../../../services/clients/clients.ts";
import type { FleetChangeResult } from "../../../services/fleet/queue.ts";
import { builder } from "../base/builder.ts";
import { readId } from "../base/inputs.ts";
import { Site } from "../base/refs.ts";
import { readSite, readSiteUpdate, SiteInput, SiteUpdateInput } from "../fleet/inputs.ts";
import { refusedOf, resultOf } from "../fleet/refusal.ts";

interface WithSite {
  readonly site: SiteItem;
}

const doneAs = (name: string, description: string) =>
  builder.objectRef<WithSite>(name).implement({
    description,
    fields: (t) => ({
      site: t.expose("site", { type: Site, description: "The site as it is now." }),
    }),
  });

const SiteRegisterResult = resultOf(
  "SiteRegister",
  doneAs("SiteRegistered", "The site was stored, and assets can be registered at it."),
);
const SiteUpdateResult = resultOf(
  "SiteUpdate",
  doneAs("SiteUpdated", "The change was stored, and is in force."),
);
const SiteRetireResult = resultOf(
  "SiteRetire",
  doneAs("SiteRetired", "The site is retired, and its telemetry stays."),
);

/** @param id The id of the site that is changed. */
function outcomeOf(id: string, result: FleetChangeResult) {
  return result.accepted ? { site: result.table.findSite(id) as SiteItem } : refusedOf(result);
}

async function change({ fleet }: ClientServices, id: string, requested: FleetChange) {
  return outcomeOf(id, await fleet.change([requested]));
}

builder.mutationFields((t) => ({
  siteRegister: t.field({
    type: SiteRegisterResult,
    description: "Adds a site, at which assets can be registered.",
    args: { input: t.arg({ type: SiteInput, required: true, description: "The site." }) },
    resolve: async (_, { input }, { services }) => {
      const result = await services.fleet.site(readSite(input));
      return outcomeOf(result.id, result);
    },
  }),
  siteUpdate: t.field({
    type: SiteUpdateResult,
    description: "Changes a site that was registered; its limits are those of the next tick.",
    args: {
      id: t.arg.id({ required: true, description: "UUID of the site." }),
      input: t.arg({ type: SiteUpdateInput, required: true, description: "What changes." }),
    },
    resolve: (_, { id, input }, { services }) => {
      const [siteId, update] = [readId(id, "id"), readSiteUpdate(input)];
      return change(services, siteId, { kind: "updateSite", siteId, update });
    },
  }),
  siteRetire: t.field({
    type: SiteRetireResult,
    description:
      "Retires a site that was registered and at which no asset runs, for ever: its id is not used again.",
    args: { id: t.arg.id({ required: true, description: "UUID of the site." }) },
    resolve: (_, { id }, { services }) => {
      const siteId = readId(id, "id");
      return change(services, siteId, { kind: "retireSite", siteId });
    },
  }),
}));
