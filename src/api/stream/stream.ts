// The types of live streams: requests, events, encoders and connections.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { FrameCursor } from "./frame-cursor.ts";
import type { Payload } from "./payload.ts";

/** Positions in a table of assets, in order; undefined: all. */
export type Indexes = readonly number[] | undefined;

/** A frame on its way to subscribers. */
export interface StreamEvent {
  readonly frame: Frame;
  /** `snapshot`: the whole state; `tick`: one tick. */
  readonly kind: "snapshot" | "tick";
  /** Frames of its rate that were not sent to the subscriber before this one; null where unknown. */
  readonly missedTicks: number | null;
}

/** The request of one subscriber. */
export interface StreamRequest {
  /** Equal for equal selections. */
  readonly selectionKey: string;
  /** The positions that its selection means in a table. */
  select(table: FleetTable): Indexes;
  /** The rate in ticks: frames whose tick is a multiple are sent. */
  readonly everyTicks: number;
  /** Whether only samples are sent that changed since the previous frame of the rate. */
  readonly changesOnly: boolean;
  /** The last frame that the subscriber has. */
  readonly after: FrameCursor | undefined;
}

/** Encodes payloads for all subscribers that differ only in their selections. */
export interface Encoder {
  /** Equal for equal encoders. */
  readonly key: string;
  /** One payload for each selection, from one execution. Reads the frame before it returns. */
  encode(
    event: StreamEvent,
    selections: readonly Indexes[],
  ): readonly Payload[] | Promise<readonly Payload[]>;
}

/** Why a stream ended. `left`: the client ended it or disconnected. */
export type EndReason = "left" | "slow" | "failed";

/** The connection of a subscriber. */
export interface Sink {
  send(payload: Payload): void;
  /** Holds back what is sent from now on, until `uncork` sends it in one write. */
  cork(): void;
  uncork(): void;
  /** Bytes that are buffered: sent, and not yet read by the client. */
  bufferedBytes(): number;
  /** Ends the stream from the server's side. */
  end(reason: EndReason): void;
}
