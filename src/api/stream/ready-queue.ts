// The queue of subscribers that are to be sent something: some ms of it in each turn of the event loop.
import { type Subscriber, TURN_MS, type Waiting } from "./subscriber.ts";

export function createReadyQueue(): Waiting {
  const queue = new Set<Subscriber>();
  let isScheduled = false;

  function run(): void {
    isScheduled = false;
    const untilMs = performance.now() + TURN_MS;
    for (const subscriber of queue) {
      queue.delete(subscriber);
      // Adds itself again, after the others, where more is to be sent.
      subscriber.advance(untilMs);
      if (performance.now() >= untilMs) break;
    }
    schedule();
  }

  function schedule(): void {
    if (isScheduled || queue.size === 0) return;
    isScheduled = true;
    setImmediate(run);
  }

  return {
    add(subscriber) {
      queue.add(subscriber);
      schedule();
    },
    remove: (subscriber) => void queue.delete(subscriber),
  };
}
