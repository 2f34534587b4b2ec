import type { Dispatch } from "../dispatch.ts";

/** Remembers dispatches. Every implementation passes test/contracts/dispatch-store. */
export interface DispatchStore {
  /** Keeps a dispatch. Done when it would survive what the store survives. */
  add(dispatch: Dispatch): Promise<void>;
  /** The dispatch of this id, or undefined. */
  find(id: string): Promise<Dispatch | undefined>;
}
