/** The port of simulated time: instants and timers. The only source of time below the edges. */
export interface Clock {
  /** Now, in ms since the epoch, UTC. Never less than a value it gave before. */
  nowMs(): number;
  /** The lead of now over the clock of the machine, in ms; 0 where there is none. */
  aheadMs(): number;
  /** Calls once, at or soon after the instant; soon where it has passed. Returns a function that cancels the call. */
  wakeAt(instantMs: number, wake: () => void): () => void;
  /** Resolves once all pending input and due timers are processed. */
  turn(): Promise<void>;
}
