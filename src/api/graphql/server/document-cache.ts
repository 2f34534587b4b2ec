// A cache of parsed documents.
import type { Limits } from "../../transport/limits.ts";
import { createByLimits } from "./by-limits.ts";

/** Longer documents are parsed each time, so that the cache stays small. */
const LONGEST_CACHED = 4_096;
const CAPACITY = 256;

/** Caches a value for each of the documents used last, within a bound, as long as no limit on documents changes. */
export function createDocumentCache<T>(limits: Limits) {
  const cached = createByLimits(limits, () => new Map<string, T>());
  return {
    get(text: string): T | undefined {
      const byText = cached();
      const found = byText.get(text);
      if (found !== undefined) {
        byText.delete(text);
        byText.set(text, found);
      }
      return found;
    },
    set(text: string, value: T): void {
      if (text.length > LONGEST_CACHED) return;
      const byText = cached();
      byText.set(text, value);
      const oldest = byText.size > CAPACITY ? byText.keys().next().value : undefined;
      if (oldest !== undefined) byText.delete(oldest);
    },
  };
}
