// A shared selection: subscribers with equal selections, which are sent the same bytes.
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { FrameSource } from "./frame-source.ts";
import type { Payload } from "./payload.ts";
import type { Encoder, Indexes, StreamEvent, StreamRequest } from "./stream.ts";
import type { Subscriber } from "./subscriber.ts";

/** A subscriber of frames. */
export interface FrameSubscriber {
  readonly subscriber: Subscriber;
  readonly source: FrameSource;
}

export interface SharedSelection {
  readonly subscribers: Set<FrameSubscriber>;
  indexesIn(table: FleetTable): Indexes;
  /** The payload of an event for this selection alone, shared by its subscribers that need the same event. */
  payloadOf(event: StreamEvent): Payload | Promise<Payload>;
}

/**
 * Bytes of payloads that are retained for single subscribers: subscribers tend to join and to reconnect together. The
 * newest payload is retained whatever its size.
 */
const OWN_LARGEST_BYTES = 4 * 2 ** 20;

/** @param onExecution Called for each execution on a frame. */
export function createSharedSelection(
  encoder: Encoder,
  select: StreamRequest["select"],
  onExecution: () => void,
): SharedSelection {
  const own = new Map<string, { readonly table: FleetTable; readonly payload: Payload }>();
  let ownBytes = 0;
  let known: { readonly table: FleetTable; readonly indexes: Indexes } | undefined;

  function indexesIn(table: FleetTable): Indexes {
    if (known?.table !== table) known = { table, indexes: select(table) };
    return known.indexes;
  }

  return {
    subscribers: new Set(),
    indexesIn,
    payloadOf(event) {
      const key = `${event.frame.timestampMs}|${event.kind}|${event.missedTicks}`;
      const { table } = event.frame;
      const found = own.get(key);
      // Within an instant the table may be replaced: the whole state is then another one.
      if (found !== undefined && (event.kind === "tick" || found.table === table))
        return found.payload;
      onExecution();
      const made = encoder.encode(event, [indexesIn(table)]);
      const first = (payloads: readonly Payload[]) => payloads[0] as Payload;
      if (made instanceof Promise) return made.then(first);
      const payload = first(made);
      own.delete(key);
      own.set(key, { table, payload });
      ownBytes += payload.length - (found?.payload.length ?? 0);
      for (const [oldest, { payload: dropped }] of own) {
        if (ownBytes <= OWN_LARGEST_BYTES || own.size === 1) break;
        own.delete(oldest);
        ownBytes -= dropped.length;
      }
      return payload;
    },
  };
}
