// The audit log as other services use it: records of changes, and refused attempts; and as it is read.
import type { AuditHead, LinkedRecord } from "../../domain/audit/chain.ts";
import type { AuditFilter } from "../../domain/audit/filter.ts";
import type { AuditAction, AuditRecord, Json } from "../../domain/audit/record.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { EventFeed } from "../recent-events.ts";

/** What is done or attempted. */
export interface Audited {
  readonly action: AuditAction;
  readonly target: string;
  readonly requestId?: string | undefined;
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
  readonly reason?: string | undefined;
}

export interface Audit {
  /** The record of a change, for the store to keep in the transaction of that change. */
  done(by: Principal, audited: Audited): AuditRecord;
  /** Notes a refused attempt, which is stored behind. Never throws, never waits. */
  refuse(by: Principal, audited: Audited & { readonly code: string }): void;
}

/** The audit log as clients read it. */
export interface AuditQueries {
  /** Those that were linked last first. @throws Fault STORE_UNAVAILABLE, HISTORY_BUSY or HISTORY_TIMEOUT */
  list(filter: AuditFilter): Promise<readonly LinkedRecord[]>;
  /** The record of this id, in either case; undefined where there is none. @throws Fault STORE_UNAVAILABLE */
  find(id: string): Promise<LinkedRecord | undefined>;
  /** Each record, as it is linked. */
  readonly events: EventFeed<LinkedRecord>;
  /** The newest link. */
  head(): AuditHead;
  /** How many stored records wait for their link. */
  waitingRows(): number;
}
