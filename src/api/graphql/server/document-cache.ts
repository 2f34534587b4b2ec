// A cache of parsed documents.

/** Longer documents are parsed each time, so that the cache stays small. */
const LONGEST_CACHED = 4_096;
const CAPACITY = 256;

/** Caches a value for each of the documents used last, within a bound. */
export function createDocumentCache<T>() {
  const byText = new Map<string, T>();
  return {
    get(text: string): T | undefined {
      const found = byText.get(text);
      if (found !== undefined) {
        byText.delete(text);
        byText.set(text, found);
      }
      return found;
    },
    set(text: string, value: T): void {
      if (text.length > LONGEST_CACHED) return;
      byText.set(text, value);
      const oldest = byText.size > CAPACITY ? byText.keys().next().value : undefined;
      if (oldest !== undefined) byText.delete(oldest);
    },
  };
}
