// References of types that use each other, so that each is defined in the folder of its noun.
import type { Asset as AssetItem, Site as SiteItem } from "../../../domain/fleet/asset.ts";
import type { Telemetry as TelemetryItem } from "../../../domain/telemetry/telemetry.ts";
import { builder } from "./builder.ts";
import { type CountedPage, connectionOf } from "./connection.ts";

export const Asset = builder.objectRef<AssetItem>("Asset");
export const Site = builder.objectRef<SiteItem>("Site");
export const Telemetry = builder.objectRef<TelemetryItem>("Telemetry");

export const AssetConnection = connectionOf<AssetItem, CountedPage<AssetItem>>("Asset", Asset);
export const SiteConnection = connectionOf<SiteItem, CountedPage<SiteItem>>("Site", Site);
export const TelemetryConnection = connectionOf<TelemetryItem>("Telemetry", Telemetry);

for (const Connection of [AssetConnection, SiteConnection])
  builder.objectField(Connection, "totalCount", (t) =>
    t.exposeInt("totalCount", { description: "How many items the whole list has." }),
  );
