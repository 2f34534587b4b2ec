/**
 * The due queue: when each of many entries is due next. A query costs nothing while no entry is due; a change costs
 * the logarithm of their number.
 */
export interface DueQueue {
  /** Sets when an entry is due next, in ms since the epoch; infinite: never. */
  set(index: number, dueMs: number): void;
  /** The entries that are due at this instant or before, in their order; they are not due again until set. */
  takeDue(nowMs: number): number[];
}

interface Note {
  readonly index: number;
  readonly dueMs: number;
}

/** An empty queue. */
export function createDueQueue(): DueQueue {
  const dueMsOf = new Map<number, number>();
  // A heap: no note is due before the one at half its place. Notes that are replaced are passed over.
  const heap: Note[] = [];
  const dueMsAt = (place: number) => heap[place]?.dueMs ?? Infinity;
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] as Note, heap[a] as Note];
  };

  function rise(from: number): void {
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1;
      if (dueMsAt(above) <= dueMsAt(at)) return;
      swap(above, at);
      at = above;
    }
  }

  function takeFirst(): Note {
    const [first, last] = [heap[0] as Note, heap.pop() as Note];
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const below = dueMsAt(right) < dueMsAt(left) ? right : left;
      if (dueMsAt(below) >= dueMsAt(at)) return first;
      swap(below, at);
      at = below;
    }
  }

  /** Removes the notes that are replaced; in their order the others are a heap. */
  function removeReplaced(): void {
    heap.length = 0;
    for (const [index, dueMs] of dueMsOf) heap.push({ index, dueMs });
    heap.sort((a, b) => a.dueMs - b.dueMs);
  }

  return {
    set(index, dueMs) {
      if (dueMsOf.get(index) === dueMs) return;
      if (dueMs === Infinity) dueMsOf.delete(index);
      else {
        dueMsOf.set(index, dueMs);
        heap.push({ index, dueMs });
        rise(heap.length - 1);
        if (heap.length > 2 * dueMsOf.size + 100) removeReplaced();
      }
    },
    takeDue(nowMs) {
      const due: number[] = [];
      while (dueMsAt(0) <= nowMs) {
        const { index, dueMs } = takeFirst();
        if (dueMsOf.get(index) !== dueMs) continue;
        dueMsOf.delete(index);
        due.push(index);
      }
      return due.sort((a, b) => a - b);
    },
  };
}
