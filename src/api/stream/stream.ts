// The words of live streams: what a subscriber asks for, what it is sent, and where to.
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
  /** Frames of its rate that the subscriber did not get before this one; null where unknown. */
  readonly missedTicks: number | null;
}

/** What one subscriber asks for. */
export interface StreamRequest {
  /** Equal for equal selections. */
  readonly selectionKey: string;
  /** The positions that its selection means in a table. */
  select(table: FleetTable): Indexes;
  /** Every how many ticks it gets a frame: those whose number is a multiple. */
  readonly everyTicks: number;
  /** Whether it gets only samples that changed since the frame before of its rate. */
  readonly changesOnly: boolean;
  /** The last frame that it has. */
  readonly after: FrameCursor | undefined;
}

/** Makes payloads for all subscribers that differ in nothing but their selections. */
export interface Encoder {
  /** Equal for equal encoders. Has a part for the scope of what they may see. */
  readonly key: string;
  /** One payload for each selection, from one look at the frame. Reads the frame before it returns. */
  encode(
    event: StreamEvent,
    selections: readonly Indexes[],
  ): readonly Payload[] | Promise<readonly Payload[]>;
}

/** Why a stream ended. `left`: by the client, in whatever way. */
export type EndReason = "left" | "slow" | "failed";

/** The connection that a subscriber is sent to. */
export interface Sink {
  send(payload: Payload): void;
  /** Bytes handed over that the client has not taken yet. */
  bufferedBytes(): number;
  /** Says goodbye from our side. */
  end(reason: EndReason): void;
}
