// The groups of the OpenAPI document, in the order in which its page shows them.

export const GROUPS = {
  Dispatches: "Powers that assets are to hold: requested, previewed, followed and cancelled.",
  Schedules: "The powers that an asset is to hold in intervals to come.",
  Forecasts: "Power and stored energy to come, by what is in force.",
  Telemetry: "What assets report: now, live, and in the past.",
  Data: "Data points: series and documents by their paths, with every version; queried, saved and described.",
  Fleet: "Sites and assets: read, registered, changed and retired while the fleet runs.",
  Alarms: "What is wrong now, and was: listed, followed and acknowledged.",
  Audit: "Who did what: changes and refused attempts, listed and followed.",
  Settings:
    "What may change while the server runs: retention, limits, alarms; in versions, each by whom and why.",
  Identity: "Who signs in how, and what is granted to whom.",
  Server: "The server itself: its addresses, its health, and its versions.",
} as const;

export type Group = keyof typeof GROUPS;
