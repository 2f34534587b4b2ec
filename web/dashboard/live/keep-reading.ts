// A reading that is repeated until it succeeds.
import { isPassing } from "../api/api.ts";
import { pause, waitMs } from "./pause.ts";

/**
 * Reads, and reads again after a failure that may pass by itself.
 *
 * @param onAnswer Is called once at most.
 * @param onError  Is called with each failure.
 * @returns A function that ends it: neither is called from then on.
 */
export function keepReading<T>(
  read: () => Promise<T>,
  onAnswer: (answer: T) => void,
  onError: (error: Error) => void,
): () => void {
  let isWanted = true;
  async function attempt(failures: number): Promise<void> {
    try {
      const answer = await read();
      if (isWanted) onAnswer(answer);
    } catch (error) {
      if (!isWanted) return;
      onError(error as Error);
      if (!isPassing(error)) return;
      await pause(waitMs(failures));
      if (isWanted) await attempt(failures + 1);
    }
  }
  void attempt(0);
  return () => {
    isWanted = false;
  };
}
