// A map of bounded size: the entry that was not used for longest leaves it first.

export interface RecentMap<V> {
  /** The value of a key, which is used by that. */
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  size(): number;
}

export function createRecentMap<V>(most: number): RecentMap<V> {
  const entries = new Map<string, V>();
  /** Used last: it need not be moved to the end again. */
  let newest: string | undefined;
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined || key === newest) return value;
      entries.delete(key);
      entries.set(key, value);
      newest = key;
      return value;
    },
    set(key, value) {
      if (key !== newest) entries.delete(key);
      entries.set(key, value);
      newest = key;
      for (const oldest of entries.keys()) {
        if (entries.size <= most) break;
        entries.delete(oldest);
      }
    },
    delete(key) {
      entries.delete(key);
      if (key === newest) newest = undefined;
    },
    size: () => entries.size,
  };
}
