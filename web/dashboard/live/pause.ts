// Waits before something is tried again: they grow, are bounded, and end early where there is a reason to try at once.

const FIRST_MS = 500;
const LONGEST_MS = 5000;

/**
 * The wait after a failure, in ms: at most 5 s, and by chance down to half of it, so that not all pages try at once.
 *
 * @param failures How many there were before in a row.
 * @param chance   From 0 to 1.
 */
export function waitMs(failures: number, chance = Math.random()): number {
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_MS) * (1 - chance / 2);
}

const ends = new Set<() => void>();

/** Settles after this time, or once `endPauses` is called. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      ends.delete(end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    ends.add(end);
  });
}

/** Ends all pauses now, as where the network or the server is back. */
export function endPauses(): void {
  for (const end of [...ends]) end();
}
