// The port of a store of dispatches.
import type { AuditRecord } from "../audit/record.ts";
import type { Dispatch, DispatchEvent, DispatchProgress, Rationale } from "../dispatch/dispatch.ts";

/** Which dispatches to list. */
export interface DispatchFilter {
  /** Of these assets; undefined: of all. */
  readonly assetIds?: readonly string[] | undefined;
  /** With one of these statuses; undefined: with any. */
  readonly statuses?: readonly Dispatch["status"][] | undefined;
  /** Only dispatches that were accepted before the one of this cursor; undefined: from the newest on. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Which dispatches of an asset: those whose window, as far as it came, touches `[fromMs, untilMs)`. */
export interface WindowRange {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Only those that were accepted up to this instant, with the ends that came up to it; Infinity: all, as they are. */
  readonly knownMs: number;
  /** Only those after the one with this start and cursor, where a page continues after another. */
  readonly after?: { readonly startMs: number; readonly cursor: number } | undefined;
  readonly limit: number;
}

/** A dispatch with its cursor in the order of acceptance, which never changes. */
export interface ListedDispatch {
  readonly cursor: number;
  readonly dispatch: Dispatch;
}

/** A request with an id of its client, as text: equal requests have equal texts. */
export interface NamedRequest {
  readonly id: string;
  readonly text: string;
}

/** A change of a dispatch: its present progress, and the event, where its status or its promise changed. */
export interface DispatchChange {
  readonly id: string;
  readonly progress: DispatchProgress;
  readonly event: DispatchEvent | null;
  /** Why it was accepted as it was; left out: as it is stored. */
  readonly rationale?: Rationale | undefined;
}

/** The content of a store at a start. */
export interface OpenDispatches {
  /** Dispatches that are open, or held their asset when the server ended, in the order of acceptance. */
  readonly dispatches: readonly Dispatch[];
  /** Of these, the ones without an event: the server ended before that of their acceptance was stored. */
  readonly unannouncedIds: readonly string[];
  /** Assets whose last ended dispatch lost its lease. */
  readonly expiredAssetIds: readonly string[];
  /** Number of the newest event; the next one is higher. */
  readonly lastEventNumber: number;
}

/** A store of dispatches. Every implementation passes test/contracts/dispatch-store. */
export interface DispatchStore {
  /**
   * Stores dispatches in this order, their requests, and the records of the audit log: all or none. Resolves once they are as durable as the store.
   *
   * @throws Fault STORE_UNAVAILABLE where that cannot be promised now; whether they were kept is then unknown.
   */
  add(
    dispatches: readonly Dispatch[],
    requests: readonly NamedRequest[],
    audit?: readonly AuditRecord[],
  ): Promise<void>;
  /** @throws Fault STORE_UNAVAILABLE where it is known that `add` cannot keep anything now. */
  checkAvailable(): void;
  /**
   * Stores changes, in the order of the calls. Resolves once they are as durable as by `add`; they will be
   * also where this rejects.
   *
   * @throws Fault STORE_UNAVAILABLE where it is only on its way after some s.
   */
  record(changes: readonly DispatchChange[], audit?: readonly AuditRecord[]): Promise<void>;
  /** The content at the start of this server. Called before anything is added. */
  open(): Promise<OpenDispatches>;
  /** The dispatch of this id, or undefined. */
  find(id: string): Promise<Dispatch | undefined>;
  /** Newest first. */
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
  /**
   * Dispatches of an asset by their windows, in the order of their starts, then of acceptance. A window begins before
   * `untilMs`, and ends at `fromMs` or later: where the dispatch was to end, or has ended. One without length is left out.
   */
  windows(assetId: string, range: WindowRange): Promise<readonly ListedDispatch[]>;
  /** The request of this id, with the dispatches that were accepted for it in order; undefined where there is none. */
  request(
    id: string,
  ): Promise<{ readonly text: string; readonly dispatches: readonly Dispatch[] } | undefined>;
  /** The events of a dispatch, oldest first. */
  eventsOf(dispatchId: string): Promise<readonly DispatchEvent[]>;
  /** Events after the one of this number, oldest first; undefined where some are no longer stored. */
  eventsAfter(
    number: number,
    limit: number,
  ): Promise<readonly (DispatchEvent & { readonly dispatch: Dispatch })[] | undefined>;
}
