import type { Dispatch } from "../dispatch.ts";

/** Which dispatches to list. */
export interface DispatchFilter {
  /** Of these assets; undefined: of all. */
  readonly assetIds?: readonly string[] | undefined;
  /** With one of these statuses; undefined: with any. */
  readonly statuses?: readonly Dispatch["status"][] | undefined;
  /** Only those accepted before the one at this position; undefined: from the newest on. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A dispatch with its position in the order of acceptance, which never changes. */
export interface ListedDispatch {
  readonly position: number;
  readonly dispatch: Dispatch;
}

/** Remembers dispatches. Every implementation passes test/contracts/dispatch-store. */
export interface DispatchStore {
  /**
   * Keeps a dispatch. Done when it would survive what the store survives.
   *
   * @returns Its position. Of dispatches that are added at once, a later one may be done first.
   * @throws Fault STORE_AWAY where that cannot be promised now; whether it was kept is then unknown.
   */
  add(dispatch: Dispatch): Promise<number>;
  /** The dispatch of this id, or undefined. */
  find(id: string): Promise<Dispatch | undefined>;
  /** Newest first. */
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
}
