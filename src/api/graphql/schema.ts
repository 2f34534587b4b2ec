// The whole schema: each import adds its noun to the builder.
import { builder } from "./base/builder.ts";
import "./base/scalars.ts";
import "./base/node.ts";
import "./fleet/fleet.ts";
import "./identity/viewer.ts";
import "./site/site.ts";
import "./asset/asset.ts";
import "./asset/mutations.ts";
import "./site/mutations.ts";
import "./telemetry/telemetry.ts";
import "./dispatch/events.ts";
import "./dispatch/lists.ts";
import "./dispatch/mutations.ts";
import "./dispatch/site.ts";
import "./dispatch/schedule.ts";
import "./alarm/events.ts";
import "./alarm/mutations.ts";
import "./audit/audit.ts";
import "./audit/events.ts";
import "./data-point/data-point.ts";
import "./data-point/values.ts";
import "./data-point/mutations.ts";
import "./data-point/changes.ts";
import "./settings/setting.ts";
import "./settings/mutations.ts";
import "./dispatch/forecast.ts";
import "./dispatch/demo.ts";
import "./version/versions.ts";

builder.queryType({ description: "Reads." });
builder.mutationType({ description: "Changes: only by POST as application/json." });
builder.subscriptionType({
  description:
    "Live data: over WebSocket (graphql-transport-ws), or by GET or POST as server-sent events.",
});

export const schema = builder.toSchema();
