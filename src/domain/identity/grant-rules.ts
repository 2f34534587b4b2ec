// The rules on a grant that is given by a client: its role, and the sites and assets where it holds.
import { quoted } from "../base/quote.ts";
import { isUuid } from "../base/uuid.ts";
import type { RoleGrant } from "./principal.ts";
import { ROLES, type Role } from "./role.ts";

/** Sites, and assets, that one grant names at most. */
const MOST_IDS = 1_000;

/** A grant as it is requested. Left out, or null, in both lists: everywhere. */
export interface GrantRequest {
  readonly role: string;
  readonly siteIds?: readonly string[] | null | undefined;
  readonly assetIds?: readonly string[] | null | undefined;
}

/** The field that breaks a rule, and how. */
export interface WrongField {
  readonly field: string;
  readonly message: string;
}

/** The grant with ids in lower case, once each; or the field that breaks a rule. */
export function readGrant({ role, siteIds, assetIds }: GrantRequest): RoleGrant | WrongField {
  if (!isRole(role))
    return {
      field: "role",
      message: `role must be one of ${Object.keys(ROLES).join(", ")}, not ${quoted(role)}`,
    };
  const wrong = wrongIds("site_ids", siteIds) ?? wrongIds("asset_ids", assetIds);
  if (wrong) return wrong;
  const grant = { role, siteIds: idsOf(siteIds), assetIds: idsOf(assetIds) };
  const isNowhere = grant.siteIds?.length === 0 || grant.assetIds?.length === 0;
  if (isNowhere && !grant.siteIds?.length && !grant.assetIds?.length)
    return {
      field: "site_ids",
      message: "the role would hold nowhere: name a site or an asset, or leave both lists out",
    };
  return grant;
}

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text);
}

/** Whether a grant makes its holder an admin of everything. */
export function isAdminEverywhere({ role, siteIds, assetIds }: RoleGrant): boolean {
  return role === "admin" && siteIds === null && assetIds === null;
}

function wrongIds(field: string, ids: readonly string[] | null | undefined) {
  if (ids === null || ids === undefined) return undefined;
  if (ids.length > MOST_IDS)
    return { field, message: `${field} has ${ids.length} ids, and may have ${MOST_IDS}` };
  const wrong = ids.find((id) => !isUuid(id));
  if (wrong === undefined) return undefined;
  return { field, message: `${field} must be a list of UUIDs, not of ${quoted(wrong)}` };
}

function idsOf(ids: readonly string[] | null | undefined): readonly string[] | null {
  return ids ? [...new Set(ids.map((id) => id.toLowerCase()))] : null;
}
