// The port of a store of the audit log.
import type { AuditHead, LinkedRecord } from "../audit/chain.ts";
import type { AuditFilter } from "../audit/filter.ts";
import type { AuditRecord } from "../audit/record.ts";

/**
 * A store of the audit log, whose records are linked into a chain once they are stored. Reads return what is linked,
 * and everything that was stored before the call is linked then. Every implementation passes test/contracts/audit-store.
 *
 * Calls of it throw Fault STORE_UNAVAILABLE where the store cannot be read.
 */
export interface AuditStore {
  /**
   * Stores records that belong to no other change, behind; each once, however often it is given.
   *
   * @returns Resolves once they survive the end of the process. @throws Fault STORE_UNAVAILABLE where they do not.
   */
  record(records: readonly AuditRecord[]): Promise<void>;
  /** The head of the chain at the start of this server. */
  open(): Promise<AuditHead>;
  /** The newest link that this server knows. */
  head(): AuditHead;
  /** How many stored records waited for their link when that was last looked at. */
  waitingRows(): number;
  /** Calls with each record that is linked from now on, in their order, until the returned function is called. */
  follow(listener: (linked: LinkedRecord) => void): () => void;
  /** The record of this id, in either case, or undefined. */
  find(id: string): Promise<LinkedRecord | undefined>;
  /** Those that were linked last first. @throws Fault HISTORY_BUSY or HISTORY_TIMEOUT where that takes too long. */
  list(filter: AuditFilter): Promise<readonly LinkedRecord[]>;
  /** Records after the one of this number, oldest first; undefined where some were removed, or none has this number yet. */
  after(number: number, limit: number): Promise<readonly LinkedRecord[] | undefined>;
}
