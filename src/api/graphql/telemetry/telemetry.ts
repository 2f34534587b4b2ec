import { availabilityOfSample } from "../../../domain/battery/availability.ts";
import { type FrameCursor, readFrameCursor, writeFrameCursor } from "../../stream/frame-cursor.ts";
import { builder } from "../base/builder.ts";
import { frameCost } from "../base/cost.ts";
import { readEvery } from "../base/inputs.ts";
import { type LiveEvent, liveFrames, samplesAt } from "../base/live.ts";
import { Asset, Telemetry } from "../base/refs.ts";
import { refusal } from "../base/refusal.ts";
import { readSelection } from "../base/selection.ts";

const AssetStatus = builder.enumType("AssetStatus", {
  description: "What an asset does.",
  values: {
    CHARGING: { value: "charging", description: "Takes power, and is not idle." },
    DISCHARGING: { value: "discharging", description: "Gives power, and is not idle." },
    IDLE: {
      value: "idle",
      description:
        "Power within 0.1 MW of 0; where the larger of both limits is below 1 MW, within 1 % of that.",
    },
  } as const,
});

export const PowerLimit = builder.enumType("PowerLimit", {
  description: "A limit that holds power away from what was requested.",
  values: {
    RAMP: { value: "ramp", description: "Power moves no faster than the ramp rate." },
    POWER: { value: "power", description: "The rating of the asset." },
    ENERGY: {
      value: "energy",
      description: "There is no energy left to give, or no room to take it.",
    },
    SITE: { value: "site", description: "What the site may export or import at its meter." },
  } as const,
});

Telemetry.implement({
  description: "What one asset reported at one instant.",
  fields: (t) => ({
    asset: t.expose("asset", { type: Asset, description: "The asset that reported." }),
    assetId: t.id({ description: "UUID of the asset.", resolve: ({ asset }) => asset.id }),
    siteId: t.id({ description: "UUID of its site.", resolve: ({ site }) => site.id }),
    timestamp: t.field({
      type: "DateTime",
      description: "End of the tick that the sample reports.",
      resolve: (sample) => sample.timestampMs,
    }),
    socMwhr: t.exposeFloat("socMwhr", { description: "Stored energy in MWh." }),
    socPct: t.exposeFloat("socPct", { description: "Stored energy in per cent of the capacity." }),
    capacityMwhr: t.exposeFloat("capacityMwhr", { description: "Energy at 100 % SoC, in MWh." }),
    currentMw: t.exposeFloat("currentMw", {
      description:
        "Delivered power held over the tick that ends at the timestamp, in MW, discharge positive.",
    }),
    setpointMw: t.exposeFloat("setpointMw", {
      description: "Requested power in MW, discharge positive.",
    }),
    maxMw: t.exposeFloat("maxMw", { description: "Highest discharge power in MW." }),
    minMw: t.exposeFloat("minMw", { description: "Highest charge power in MW, negative." }),
    status: t.expose("status", { type: AssetStatus, description: "What the asset does." }),
    limitedBy: t.expose("limitedBy", {
      type: PowerLimit,
      nullable: true,
      description: "The last limit that changed the power; null where nothing bound.",
    }),
    energyInMwhr: t.exposeFloat("energyInMwhr", {
      description: "Meter of energy taken at the terminal, in MWh, only rising.",
    }),
    energyOutMwhr: t.exposeFloat("energyOutMwhr", {
      description: "Meter of energy given at the terminal, in MWh, only rising.",
    }),
    availableMinMw: t.float({
      description:
        "Highest charge power that it could hold throughout the next tick, in MW, 0 or negative: its rating and its room for energy, ramp and site left aside.",
      resolve: (sample) => availabilityOfSample(sample).minMw,
    }),
    availableMaxMw: t.float({
      description:
        "Highest discharge power that it could hold throughout the next tick, in MW, 0 or more: its rating and its energy, ramp and site left aside.",
      resolve: (sample) => availabilityOfSample(sample).maxMw,
    }),
    chargeDurationS: t.float({
      nullable: true,
      description: "How long it could hold availableMinMw, in s; null: for ever, it being 0.",
      resolve: (sample) => availabilityOfSample(sample).chargeDurationS,
    }),
    dischargeDurationS: t.float({
      nullable: true,
      description: "How long it could hold availableMaxMw, in s; null: for ever, it being 0.",
      resolve: (sample) => availabilityOfSample(sample).dischargeDurationS,
    }),
  }),
});

const FrameKind = builder.enumType("FrameKind", {
  description: "What a frame holds.",
  values: {
    SNAPSHOT: { value: "snapshot", description: "The whole state, as it stands." },
    TICK: { value: "tick", description: "One tick." },
  } as const,
});

const TelemetryFrame = builder.objectRef<LiveEvent>("TelemetryFrame").implement({
  description: "The telemetry of the assets that were asked for, at one tick.",
  fields: (t) => ({
    cursor: t.string({
      description: "Opaque: names this frame, to go on after it.",
      resolve: ({ frame: { timestampMs } }, _, { runId }) =>
        writeFrameCursor({ runId, timestampMs }),
    }),
    timestamp: t.field({
      type: "DateTime",
      description: "End of the tick.",
      resolve: ({ frame }) => frame.timestampMs,
    }),
    kind: t.expose("kind", { type: FrameKind, description: "Whole state or one tick." }),
    missedTicks: t.exposeInt("missedTicks", {
      nullable: true,
      description:
        "Frames of its rate that this client did not get before this one; null where unknown.",
    }),
    samples: t.field({
      type: [Telemetry],
      description:
        "One for each asset, in the order of their ids. One that did not report is absent.",
      resolve: ({ frame, indexes }) => samplesAt(frame, indexes),
    }),
  }),
});

builder.subscriptionField("telemetry", (t) =>
  t.field({
    type: TelemetryFrame,
    description:
      "Live telemetry: the whole state at once, then one frame a tick; or what was missed, then live.",
    complexity: frameCost,
    args: {
      assetIds: t.arg.idList({ description: "UUIDs of assets. Without any list: all assets." }),
      siteIds: t.arg.idList({
        description: "UUIDs of sites, for all their assets. Both lists: the union.",
      }),
      after: t.arg.string({
        description:
          "Cursor of the last frame that the client has: what it missed comes first, each frame once. Where that cannot be known, or is more than 200,000 samples, a SNAPSHOT with missedTicks null.",
      }),
      everyS: t.arg.float({
        description:
          "A frame every so many s, rounded up to whole ticks, at ticks whose number is a multiple.",
      }),
      changesOnly: t.arg.boolean({
        defaultValue: false,
        description:
          "Only samples that changed since the frame before; nothing where none did. After a miss comes a SNAPSHOT.",
      }),
    },
    subscribe: (_, { after, everyS, changesOnly, ...selection }, { services, limits }) => {
      const { table, dtS } = services.telemetry.latest();
      return liveFrames({
        ...readSelection(table, selection, limits, after != null),
        everyTicks: readEvery(everyS, dtS),
        changesOnly: changesOnly ?? false,
        after: readAfter(after),
      }) as AsyncIterable<LiveEvent>;
    },
    resolve: (event) => event,
  }),
);

function readAfter(text: string | null | undefined): FrameCursor | undefined {
  if (text == null) return undefined;
  const cursor = readFrameCursor(text);
  if (cursor === undefined)
    throw refusal(
      "BAD_CURSOR",
      "after: not a cursor of a frame: leave it out to begin anew",
      "after",
    );
  return cursor;
}
