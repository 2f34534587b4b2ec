// The newest of many, a bounded number of them.

export interface Ring<T> {
  /** Takes in an item, and returns the oldest one where that is dropped for it. */
  add(item: T): T | undefined;
}

/** Round and round in one list: the first of a Map takes long to find where many were deleted. */
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
