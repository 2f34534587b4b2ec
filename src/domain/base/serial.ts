// Work that is done one after the other, in the order of the calls.

export interface Serial {
  /** Does work once that of every earlier call has ended, whether it succeeded or not. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves once the work of the calls up to now has ended. */
  ended(): Promise<void>;
}

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = last.then(work);
      last = result.catch(() => {});
      return result;
    },
    async ended() {
      await last;
    },
  };
}
