// A ring buffer: a bounded number of the newest items.

export interface Ring<T> {
  /** Adds an item, and returns the oldest one where it is dropped for the new one. */
  add(item: T): T | undefined;
}

/** The items lie in one array: the first key of a Map takes long to find once many keys were deleted. */
export function createRing<T>(capacity: number): Ring<T> {
  const items: T[] = [];
  let count = 0;
  return {
    add(item) {
      const place = count++ % capacity;
      const dropped = items[place];
      items[place] = item;
      return dropped;
    },
  };
}
