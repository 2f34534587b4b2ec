// The audit log as other services use it: records of changes, and refused attempts.
import type { AuditAction, AuditRecord, Json } from "../../domain/audit/record.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Clock } from "../../domain/ports/clock.ts";

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

/** Records of changes; refused attempts are left aside. */
export function createAuditRecords(clock: Pick<Clock, "nowMs">, chance: Chance): Audit {
  return {
    done: (by, audited) => ({
      id: chance.newId(),
      atMs: Math.floor(clock.nowMs()),
      actor: by.id,
      actorName: by.name,
      address: by.address,
      channel: by.channel,
      action: audited.action,
      target: audited.target,
      before: audited.before ?? null,
      after: audited.after ?? null,
      reason: audited.reason ?? null,
      requestId: audited.requestId ?? null,
      outcome: "done",
      code: null,
    }),
    refuse() {},
  };
}
