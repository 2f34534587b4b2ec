// When the parts of a page draw a change: one picture of the screen after the other, so that none takes too long.

/** The parts of a page, in the order in which they draw. */
const PARTS = ["figures", "chart", "table"] as const;
export type Part = (typeof PARTS)[number];

export interface Drawing {
  /** Has each part drawn once, beginning with the next picture of the screen. */
  request(): void;
  /** Rises where a part is to be drawn. */
  version(part: Part): number;
  /** Calls the listener where a part is to be drawn. Returns a function that ends this. */
  watch(part: Part, listener: () => void): () => void;
}

export function createDrawing(): Drawing {
  const parts = new Map(
    PARTS.map((part) => [part, { version: 0, watchers: new Set<() => void>() }]),
  );
  const stateOf = (part: Part) => parts.get(part) as { version: number; watchers: Set<() => void> };
  /** The parts that are still to be drawn; empty: there is nothing to draw. */
  let due: Part[] = [];

  function draw(): void {
    const state = stateOf(due.shift() as Part);
    state.version++;
    for (const watcher of state.watchers) watcher();
    if (due.length > 0) requestAnimationFrame(draw);
  }

  return {
    request() {
      const isIdle = due.length === 0;
      due = [...due, ...PARTS.filter((part) => !due.includes(part))];
      if (isIdle) requestAnimationFrame(draw);
    },
    version: (part) => stateOf(part).version,
    watch(part, listener) {
      const { watchers } = stateOf(part);
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  };
}
