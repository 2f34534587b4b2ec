// The source of a subscription, and its events.
import type { AlarmEvent } from "../../../domain/alarm/alarm.ts";
import type { LinkedRecord } from "../../../domain/audit/chain.ts";
import { type Frame, telemetryAt } from "../../../domain/telemetry/frame.ts";
import type { Telemetry } from "../../../domain/telemetry/telemetry.ts";
import type { DataPointChanges } from "../../../services/data-point/changes.ts";
import type { AnnouncedEvent } from "../../../services/dispatch/events.ts";
import type { EventRequest } from "../../stream/event-source.ts";
import type { Indexes, StreamEvent, StreamRequest } from "../../stream/stream.ts";

/** Arguments of a subscription that select assets or where to begin, and nothing else. */
export const SELECTING: ReadonlySet<string> = new Set(["assetIds", "siteIds", "after"]);
/** The field of a frame whose list has one row for each selected asset. */
export const SAMPLES = "samples";

/** The frames, or the events of dispatches, alarms, the audit log or data points, that a subscription requests of the hub. */
export type LiveRequest =
  | { readonly kind: "frames"; readonly frames: StreamRequest }
  | { readonly kind: "events"; readonly events: EventRequest<AnnouncedEvent> }
  | { readonly kind: "alarms"; readonly events: EventRequest<AlarmEvent> }
  | { readonly kind: "audit"; readonly events: EventRequest<LinkedRecord> }
  | { readonly kind: "data"; readonly events: EventRequest<DataPointChanges> };

/**
 * The source of a subscription. The hub serves it: nothing iterates it, as an event is executed once for all
 * subscriptions that request the same.
 */
export class LiveSource implements AsyncIterable<never> {
  readonly request: LiveRequest;

  constructor(request: LiveRequest) {
    this.request = request;
  }

  [Symbol.asyncIterator](): never {
    throw new Error("bug: a live source is served by the hub");
  }
}

/** Frames of telemetry. */
export function liveFrames(frames: StreamRequest): LiveSource {
  return new LiveSource({ kind: "frames", frames });
}

/** Events of dispatches. */
export function liveEvents(events: EventRequest<AnnouncedEvent>): LiveSource {
  return new LiveSource({ kind: "events", events });
}

/** Events of alarms. */
export function liveAlarms(events: EventRequest<AlarmEvent>): LiveSource {
  return new LiveSource({ kind: "alarms", events });
}

/** Records of the audit log. */
export function liveAudit(events: EventRequest<LinkedRecord>): LiveSource {
  return new LiveSource({ kind: "audit", events });
}

/** Changes of data points. */
export function liveDataPoints(events: EventRequest<DataPointChanges>): LiveSource {
  return new LiveSource({ kind: "data", events });
}

/** A frame as resolvers get it, with the positions of the selected assets. */
export interface LiveEvent extends StreamEvent {
  readonly indexes: Indexes;
}

/** The samples of the assets at these positions. */
export function samplesAt(frame: Frame, indexes: Indexes): Telemetry[] {
  if (indexes !== undefined) return indexes.map((index) => telemetryAt(frame, index));
  return frame.table.assets.map((_, index) => telemetryAt(frame, index));
}
