// A memory store of dispatches that takes its time, for tests of what happens meanwhile.
import { createMemoryDispatchStore } from "../../src/adapters/memory/dispatch-store.ts";
import type { DispatchStore } from "../../src/domain/ports/dispatch-store.ts";

/** Lets all microtasks and immediates run. */
export const pause = () => new Promise((resolve) => setImmediate(resolve));

/** A store that stores dispatches only when it is called to. */
export function slowStore() {
  const store = createMemoryDispatchStore(1_000);
  const waiting: (() => void)[] = [];
  const slow: DispatchStore = {
    ...store,
    async add(...added) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await store.add(...added);
    },
  };
  const keep = async () => {
    for (const go of waiting.splice(0)) go();
    await pause();
  };
  return { slow, keep };
}
