// The port of a store of named tokens and role rules.
import type { AuditRecord } from "../audit/record.ts";
import type { KnownIdentities } from "../identity/last-admin.ts";
import type { RoleRule } from "../identity/role-rule.ts";
import type { NamedToken } from "../identity/token.ts";

/** A change, with the audit records of it. */
export type IdentityChange = { readonly audit: readonly AuditRecord[] } & (
  | { readonly kind: "token added"; readonly token: NamedToken }
  | { readonly kind: "token withdrawn"; readonly id: string; readonly atMs: number }
  | { readonly kind: "rule added"; readonly rule: RoleRule }
  | { readonly kind: "rule removed"; readonly id: string }
);

/** A store of identities. Every implementation passes test/contracts/identity-store. */
export interface IdentityStore {
  /** Tokens that are not withdrawn, and rules, each in the order in which they came. */
  read(): Promise<KnownIdentities>;
  /**
   * Decides on what is stored now, and stores the change with its audit records: all of it or nothing. No other change
   * comes between. @param decide Returns undefined where nothing is to be changed; may be called again.
   */
  change(decide: (stored: KnownIdentities) => IdentityChange | undefined): Promise<void>;
}
