// Subscribers with equal selections: they get the same bytes.
import type { FleetTable } from "../../domain/fleet-table.ts";
import type { Member } from "./member.ts";
import type { Payload } from "./payload.ts";
import type { Encoder, Positions, StreamEvent, StreamRequest } from "./stream.ts";

export interface Group {
  readonly members: Set<Member>;
  positionsIn(table: FleetTable): Positions;
  /** The payload of an event for this group alone, shared by those of its members that need the same. */
  payloadOf(event: StreamEvent): Payload | Promise<Payload>;
}

/**
 * Bytes of payloads kept for members that need their own: those who join or come back tend to do so
 * together. The newest one is kept whatever its size.
 */
const OWN_LARGEST_BYTES = 4 * 2 ** 20;

/** @param onExecution Is told of each look at a frame. */
export function createGroup(
  encoder: Encoder,
  select: StreamRequest["select"],
  onExecution: () => void,
): Group {
  const own = new Map<string, Payload>();
  let ownBytes = 0;
  let known: { readonly table: FleetTable; readonly positions: Positions } | undefined;

  function positionsIn(table: FleetTable): Positions {
    if (known?.table !== table) known = { table, positions: select(table) };
    return known.positions;
  }

  return {
    members: new Set(),
    positionsIn,
    payloadOf(event) {
      const key = `${event.frame.timestampMs}|${event.kind}|${event.missedTicks}`;
      const found = own.get(key);
      if (found !== undefined) return found;
      onExecution();
      const made = encoder.encode(event, [positionsIn(event.frame.table)]);
      const first = (payloads: readonly Payload[]) => payloads[0] as Payload;
      if (made instanceof Promise) return made.then(first);
      const payload = first(made);
      own.set(key, payload);
      ownBytes += payload.length;
      for (const [oldest, { length }] of own) {
        if (ownBytes <= OWN_LARGEST_BYTES || own.size === 1) break;
        own.delete(oldest);
        ownBytes -= length;
      }
      return payload;
    },
  };
}
