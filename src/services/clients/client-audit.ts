// The audit log as one client may read it: all of it or nothing, as it is of the whole fleet.
import type { AuditQueries } from "../audit/audit.ts";
import type { Forbidden, Rights } from "./rights.ts";

export interface ClientAudit {
  /** The audit log, or why it may not be read. */
  log(): AuditQueries | Forbidden;
  /** The record of this id; undefined where there is none, or it may not be read. */
  readonly find: AuditQueries["find"];
}

export function createClientAudit(audit: AuditQueries, rights: Rights): ClientAudit {
  const log = () => rights.refuse("administer", "fleet") ?? audit;
  return {
    log,
    async find(id) {
      const found = log();
      return "code" in found ? undefined : found.find(id);
    },
  };
}
