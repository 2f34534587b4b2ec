// A follower of changed data points, as a subscription has them: pages that it missed, then what is announced.

import { createEventSource } from "../../src/api/stream/event-source.ts";
import type { Payload } from "../../src/api/stream/payload.ts";
import type { DataPointChanges } from "../../src/services/data-point/changes.ts";
import type { EventFeed } from "../../src/services/recent-events.ts";

export interface ChangeFollower {
  /** Numbers of the changes that it got; NaN: it missed some. */
  readonly got: number[];
  /** Where it continues after a break. */
  cursor(): number;
  /** Resolves once it has all that it can have now. */
  drained(): Promise<void>;
  leave(): void;
}

/** What reads the changes of a subscription, one each call; undefined: there is none now. */
export function readerOfChanges(
  events: EventFeed<DataPointChanges>,
  after: number,
  missed: readonly DataPointChanges[],
  onLost: () => void,
): () => Promise<DataPointChanges | undefined> {
  // The events themselves take the place of their bytes.
  const source = createEventSource<DataPointChanges>({
    ...{ events, request: { after, missed, chooses: () => true }, onLost },
    encode: (event) => event as unknown as Payload,
    onReached: () => {},
  });
  return async () => {
    const event = (await source.next()) as unknown as DataPointChanges | undefined;
    if (event !== undefined) source.sent();
    return event;
  };
}

export async function followChanges(
  events: EventFeed<DataPointChanges>,
  after: number,
): Promise<ChangeFollower> {
  const got: number[] = [];
  const missed = await events.after(after);
  const read = readerOfChanges(events, after, missed ?? [], () => void got.push(Number.NaN));
  let draining = Promise.resolve();

  async function drain(): Promise<void> {
    for (let event = await read(); event !== undefined; event = await read())
      got.push(event.isMissed ? Number.NaN : event.number);
  }

  const drained = () => {
    draining = draining.then(drain);
    return draining;
  };
  const leave = events.follow(() => void drained());
  return { got, cursor: () => got.at(-1) ?? after, drained, leave };
}
