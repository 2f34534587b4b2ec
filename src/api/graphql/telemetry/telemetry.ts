// Telemetry: the latest sample of an asset, and live frames.
import { availabilityOfSample } from "../../../domain/telemetry/availability.ts";
import { FIELDS, SAMPLE_FIELDS, type SampleField } from "../../../domain/telemetry/columns.ts";
import { type FrameCursor, readFrameCursor, writeFrameCursor } from "../../stream/frame-cursor.ts";
import { builder } from "../base/builder.ts";
import { frameCost } from "../base/cost.ts";
import { readEvery } from "../base/inputs.ts";
import { type LiveEvent, liveFrames, samplesAt } from "../base/live.ts";
import { Asset, Telemetry } from "../base/refs.ts";
import { refusal } from "../base/refusal.ts";
import { readSelection } from "../base/selection.ts";

const AssetStatus = builder.enumType("AssetStatus", {
  description: "Whether an asset charges or discharges.",
  values: {
    CHARGING: { value: "charging", description: "It charges, and is not idle." },
    DISCHARGING: { value: "discharging", description: "It discharges, and is not idle." },
    IDLE: {
      value: "idle",
      description:
        "Power within 0.1 MW of 0; where the larger of both limits is below 1 MW, within 1 % of that.",
    },
  } as const,
});

export const PowerLimit = builder.enumType("PowerLimit", {
  description: "A limit that makes power differ from the setpoint.",
  values: {
    RAMP: { value: "ramp", description: "Power moves no faster than the ramp rate." },
    POWER: { value: "power", description: "The rating of the asset." },
    ENERGY: {
      value: "energy",
      description: "No energy is left to discharge, or no room to charge.",
    },
    SITE: {
      value: "site",
      description: "The limits of the site on export and import at its meter.",
    },
  } as const,
});

Telemetry.implement({
  description: "The report of one asset at one instant.",
  fields: (t) => ({
    asset: t.expose("asset", { type: Asset, description: "The asset that reported." }),
    assetId: t.id({ description: "UUID of the asset.", resolve: ({ asset }) => asset.id }),
    siteId: t.id({ description: "UUID of its site.", resolve: ({ site }) => site.id }),
    timestamp: t.field({
      type: "DateTime",
      description: "End of the tick that the sample reports.",
      resolve: (sample) => sample.timestampMs,
    }),
    ...(Object.fromEntries(
      SAMPLE_FIELDS.map((field) => [
        field,
        t.exposeFloat(field, { description: FIELDS[field].description }),
      ]),
    ) as Record<SampleField, ReturnType<typeof t.exposeFloat>>),
    status: t.expose("status", {
      type: AssetStatus,
      description: "Whether it charges or discharges.",
    }),
    limitedBy: t.expose("limitedBy", {
      type: PowerLimit,
      nullable: true,
      description: "The last limit that changed the power; null where nothing bound.",
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
  description: "The content of a frame.",
  values: {
    SNAPSHOT: { value: "snapshot", description: "The whole state." },
    TICK: { value: "tick", description: "One tick." },
  } as const,
});

const TelemetryFrame = builder.objectRef<LiveEvent>("TelemetryFrame").implement({
  description: "The telemetry of the selected assets at one tick.",
  fields: (t) => ({
    cursor: t.string({
      description: "Opaque: identifies this frame, to continue after it.",
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
        "Frames of its rate that were not sent to this client before this one; null where unknown.",
    }),
    samples: t.field({
      type: [Telemetry],
      description:
        "One for each asset, in the order of their ids. An asset that did not report is absent.",
      resolve: ({ frame, indexes }) => samplesAt(frame, indexes),
    }),
  }),
});

builder.subscriptionField("telemetry", (t) =>
  t.field({
    type: TelemetryFrame,
    description:
      "Live telemetry: the whole state at once, then one frame for each tick; or the missed frames, then live ones.",
    complexity: frameCost,
    args: {
      assetIds: t.arg.idList({ description: "UUIDs of assets. Without any list: all assets." }),
      siteIds: t.arg.idList({
        description: "UUIDs of sites, for all their assets. Both lists: the union.",
      }),
      after: t.arg.string({
        description:
          "Cursor of the last frame that the client has: the missed frames come first, each once. Where they are unknown, or more than 200,000 samples, a SNAPSHOT with missedTicks null.",
      }),
      everyS: t.arg.float({
        description:
          "Interval between frames in s, rounded up to whole ticks: frames of the ticks whose number is a multiple.",
      }),
      changesOnly: t.arg.boolean({
        defaultValue: false,
        description:
          "Only samples that changed since the previous frame; no frame where none did. After a missed frame a SNAPSHOT is sent.",
      }),
    },
    subscribe: (_, { after, everyS, changesOnly, ...selection }, { services, limits }) => {
      const { telemetry } = services;
      const { dtS } = telemetry.latest();
      return liveFrames({
        ...readSelection(telemetry, selection, limits, after != null),
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
