// The rules on a grant that is given by a client: its role, and the sites, assets and data points where it holds.
import { quoted } from "../base/quote.ts";
import { isUuid } from "../base/uuid.ts";
import { wrongPath } from "../data-point/path.ts";
import { isEverywhere, type RoleGrant } from "./principal.ts";
import { ROLES, type Role } from "./role.ts";

/** Sites, and assets, that one grant names at most. */
const MOST_IDS = 1_000;

/** A grant as it is requested. Left out, or null, in all lists: everywhere. */
export interface GrantRequest {
  readonly role: string;
  readonly siteIds?: readonly string[] | null | undefined;
  readonly assetIds?: readonly string[] | null | undefined;
  readonly pathPrefixes?: readonly string[] | null | undefined;
}

/** The field that breaks a rule, and how. */
export interface WrongField {
  readonly field: string;
  readonly message: string;
}

/** The grant with ids in lower case, once each; or the field that breaks a rule. */
export function readGrant(request: GrantRequest): RoleGrant | WrongField {
  const { role, siteIds, assetIds, pathPrefixes } = request;
  if (!isRole(role))
    return {
      field: "role",
      message: `role must be one of ${Object.keys(ROLES).join(", ")}, not ${quoted(role)}`,
    };
  const wrong =
    wrongIds("site_ids", siteIds) ?? wrongIds("asset_ids", assetIds) ?? wrongPrefixes(pathPrefixes);
  if (wrong) return wrong;
  const grant = {
    ...{ role, siteIds: idsOf(siteIds), assetIds: idsOf(assetIds) },
    pathPrefixes: pathPrefixes ? [...new Set(pathPrefixes)] : null,
  };
  const places = [grant.siteIds, grant.assetIds, grant.pathPrefixes];
  if (!isEverywhere(grant) && places.every((it) => !it?.length))
    return {
      field: "site_ids",
      message:
        "the role would hold nowhere: name a site, an asset or a prefix, or leave the lists out",
    };
  return grant;
}

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text);
}

/** Whether a grant makes its holder an admin of everything. */
export function isAdminEverywhere(grant: RoleGrant): boolean {
  return grant.role === "admin" && isEverywhere(grant);
}

function wrongPrefixes(prefixes: readonly string[] | null | undefined): WrongField | undefined {
  const field = "path_prefixes";
  if (prefixes === null || prefixes === undefined) return undefined;
  if (prefixes.length > MOST_IDS)
    return { field, message: `${field} has ${prefixes.length} paths, and may have ${MOST_IDS}` };
  const wrong = prefixes.find((it) => wrongPath(it) !== undefined);
  if (wrong === undefined) return undefined;
  return { field, message: `${field}: ${quoted(wrong)} ${wrongPath(wrong)}` };
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
