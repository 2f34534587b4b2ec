// One client that follows events: it reads them from where it is, as fast as it takes them, so that nothing
// waits for it here and nothing comes twice.
import type { DispatchEvents, ToldEvent } from "../../services/dispatch-events.ts";
import type { EventStream } from "../stream/event-streams.ts";
import type { Payload } from "../stream/payload.ts";

/** Events that were not meant for a client before it is told again where it is. */
const MARK_EVERY = 1_000;

interface Following {
  readonly events: DispatchEvents;
  /** Number of the last event that the client has. */
  readonly after: number;
  readonly stream: EventStream;
  /** Whether an event is one that the client asked for. */
  readonly isMeant: (event: ToldEvent) => boolean;
  readonly payloadOf: (event: ToldEvent) => Payload;
}

/**
 * Sends what happens until the client leaves. One that is so slow that what it missed is no longer known is
 * closed, and told so when it comes back; one that takes nothing at all is ended by its stream.
 */
export async function sendEvents(following: Following): Promise<void> {
  const { events, stream, isMeant, payloadOf } = following;
  let wake = () => {};
  const leave = events.follow(() => wake());
  stream.onLeft(() => {
    leave();
    wake();
  });

  let seen = following.after;
  let told = seen;
  // Cut before its first event, a client would else not know where it was.
  stream.mark(String(seen));
  while (await stream.room()) {
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const page = await events.after(seen);
    if (page === undefined) return stream.sink.end("slow");
    for (const event of page) {
      if (!(await stream.room())) return;
      seen = event.number;
      if (isMeant(event)) {
        stream.sink.send(payloadOf(event));
        told = seen;
      } else if (seen - told >= MARK_EVERY) {
        stream.mark(String(seen));
        told = seen;
      }
    }
    if (page.length === 0 || seen >= events.lastNumber()) await woken;
  }
}
