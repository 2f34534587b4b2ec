/** Tells the simulated time and wakes at it. The only source of time below the doors. */
export interface Clock {
  /** Now, in ms since the epoch, UTC. Never less than a value it gave before. */
  nowMs(): number;
  /** How far now is ahead of what the machine says, in ms; 0 where it is not. */
  aheadMs(): number;
  /** Calls once, at or soon after the instant; soon where it has passed. Returns what cancels the call. */
  wakeAt(instantMs: number, wake: () => void): () => void;
  /** Resolves once everything that is there by now was looked at: what came in, and who is due. */
  turn(): Promise<void>;
}
