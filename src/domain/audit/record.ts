// Records of the audit log: each change, and each refused attempt.
import type { Channel } from "../identity/principal.ts";

/** What was done, or attempted: the noun, and the verb. */
export const AUDIT_ACTIONS = {
  "dispatch.request": "A power was requested of an asset.",
  "dispatch.renew": "The lease of a dispatch was renewed.",
  "dispatch.cancel": "A dispatch was cancelled.",
  "site.dispatch": "A power was requested of the assets of a site.",
  "schedule.set": "The schedule of an asset was replaced.",
  "demo.end": "The demo was ended.",
  "asset.register": "An asset was registered.",
  "asset.update": "An asset was changed.",
  "asset.retire": "An asset was retired.",
  "site.register": "A site was registered.",
  "site.update": "A site was changed.",
  "site.retire": "A site was retired.",
  "fleet.reload": "The assets file was read again.",
  "alarm.acknowledge": "An alarm was acknowledged.",
  "data_point.describe": "A data point was described.",
  "data_point.save": "Values of a data point were written.",
  "data_point.withdraw": "Values of a data point were withdrawn.",
  "setting.change": "A setting was given a value.",
  "setting.reset": "The value of a setting was taken back, so that it inherits.",
  "setting.rollback": "A setting was given the value of an earlier version.",
  "token.make": "A named token was made.",
  "token.withdraw": "A named token was withdrawn.",
  "role_rule.add": "A role rule was added.",
  "role_rule.remove": "A role rule was removed.",
  access: "An operation or a route was requested that is not granted.",
  sign_in: "A token was sent that is not accepted.",
  "refusal.count":
    "Further attempts of an address were refused within a minute, and are counted alone.",
  "record.damaged": "The text of the record cannot be read: it was altered, or put in.",
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** `refused`: nothing was changed. */
export type AuditOutcome = "done" | "refused";

/** A value as JSON has it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface AuditRecord {
  /** UUID. */
  readonly id: string;
  readonly atMs: number;
  /** The id of the principal. */
  readonly actor: string;
  readonly actorName: string | null;
  readonly address: string | null;
  readonly channel: Channel;
  readonly action: AuditAction;
  /** What it was done to: `asset:<id>`, `site:<id>`, `dispatch:<id>`, `alarm:<id>`, `data_point:<path>`, `setting:<id>/<scope>`, `token:<name>`, `role_rule:<id>`, `address:<address>`, `fleet`, a route, or a schema coordinate. */
  readonly target: string;
  /** The target before and after; null where there was none, or nothing changed. Without secrets. */
  readonly before: Json;
  readonly after: Json;
  /** Why, in words: of a refusal its message. */
  readonly reason: string | null;
  /** The id of the request, given by its client. */
  readonly requestId: string | null;
  readonly outcome: AuditOutcome;
  /** The code of a refusal. */
  readonly code: string | null;
}

export const AUDIT_OUTCOMES = ["done", "refused"] as const satisfies readonly AuditOutcome[];
