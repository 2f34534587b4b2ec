// Stands for the audit log, which does not exist yet: records are made, and refused attempts are not stored.
import type { Chance } from "../domain/ports/chance.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Audit } from "../services/audit/audit.ts";

export function createAuditHook(chance: Chance, clock: Pick<Clock, "nowMs">): Audit {
  return {
    done: ({ id, name, address, channel }, audited) => ({
      ...{ id: chance.newId(), atMs: clock.nowMs(), actor: id, actorName: name, address, channel },
      ...{ action: audited.action, target: audited.target, outcome: "done", code: null },
      ...{ before: audited.before ?? null, after: audited.after ?? null },
      ...{ reason: audited.reason ?? null, requestId: audited.requestId ?? null },
    }),
    refuse() {},
  };
}
