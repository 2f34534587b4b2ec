import type { Dispatch, DispatchEvent, DispatchProgress } from "../dispatch/dispatch.ts";

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
  readonly cursor: number;
  readonly dispatch: Dispatch;
}

/** A request that its client named, as text: equal requests have equal texts. */
export interface NamedRequest {
  readonly id: string;
  readonly text: string;
}

/** What happened to a dispatch: where it stands now, and the event of its life, where it was one. */
export interface DispatchChange {
  readonly id: string;
  readonly progress: DispatchProgress;
  readonly event: DispatchEvent | null;
}

/** What a server finds when it starts. */
export interface OpenDispatches {
  /** Those that are not over, in the order of acceptance. */
  readonly dispatches: readonly Dispatch[];
  /** The assets of which the dispatch that was over last lost its lease. */
  readonly expiredAssetIds: readonly string[];
  /** Number of the newest event; the next one is higher. */
  readonly lastEventNumber: number;
}

/** Remembers dispatches. Every implementation passes test/contracts/dispatch-store. */
export interface DispatchStore {
  /**
   * Keeps dispatches in this order, and the requests that asked for them: all or none. Done when they
   * would survive what the store survives.
   *
   * @throws Fault STORE_UNAVAILABLE where that cannot be promised now; whether they were kept is then unknown.
   */
  add(dispatches: readonly Dispatch[], requests: readonly NamedRequest[]): Promise<void>;
  /** @throws Fault STORE_UNAVAILABLE where it is known that `add` cannot keep anything now. */
  checkAvailable(): void;
  /**
   * Keeps what happened, in the order of the calls. Resolves once it is kept as `add` keeps; it will be
   * also where this rejects.
   *
   * @throws Fault STORE_UNAVAILABLE where it is only on its way after some s.
   */
  record(changes: readonly DispatchChange[]): Promise<void>;
  /** What was kept when this server started. Called before anything is added. */
  open(): Promise<OpenDispatches>;
  /** The dispatch of this id, or undefined. */
  find(id: string): Promise<Dispatch | undefined>;
  /** Newest first. */
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
  /** The request of this id, with the dispatches that were accepted for it in order; undefined where there is none. */
  request(
    id: string,
  ): Promise<{ readonly text: string; readonly dispatches: readonly Dispatch[] } | undefined>;
  /** The events of a dispatch, oldest first. */
  eventsOf(dispatchId: string): Promise<readonly DispatchEvent[]>;
  /** Events after the one of this number, oldest first; undefined where they are no longer all kept. */
  eventsAfter(
    number: number,
    limit: number,
  ): Promise<readonly (DispatchEvent & { readonly dispatch: Dispatch })[] | undefined>;
}
