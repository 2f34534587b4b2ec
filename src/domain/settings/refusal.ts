// The refusals of settings: what is wrong, and what to do.
import type { RefusalCode } from "../base/codes.ts";
import { quoted } from "../base/quote.ts";
import type { SettingDeclaration } from "./declaration.ts";
import { kindOf, SCOPE_FORMS } from "./scope.ts";

export interface SettingRefusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** The field at fault; left out: it is none. */
  readonly field?: "id" | "scope" | "value" | "toVersion";
}

export function unknownSetting(id: string): SettingRefusal {
  return {
    code: "SETTING_UNKNOWN",
    message: `no setting has the id ${quoted(id)}: GET /settings has the ids`,
    field: "id",
  };
}

export function noScope(text: string): SettingRefusal {
  return {
    code: "SETTING_SCOPE_INVALID",
    message: `scope must be ${SCOPE_FORMS}, not ${quoted(text)}`,
    field: "scope",
  };
}

/** Of a site or an asset that is not there. */
export function unknownScope(text: string): SettingRefusal {
  const isSite = kindOf(text) === "site";
  return {
    code: isSite ? "SITE_UNKNOWN" : "ASSET_UNKNOWN",
    message: `no ${isSite ? "site" : "asset"} has the id of the scope ${text}: read the ids from ${isSite ? "/sites" : "/assets"}`,
    field: "scope",
  };
}

/** Of a site or an asset that runs no more. */
export function retiredScope(text: string, { name }: { readonly name: string }): SettingRefusal {
  return {
    code: kindOf(text) === "site" ? "SITE_RETIRED" : "ASSET_RETIRED",
    message: `${name} is retired: what is stored for ${text} can be read and taken back alone`,
    field: "scope",
  };
}

/** Of a kind of scope that a setting does not have. */
export function otherScope({ id, scopes }: SettingDeclaration, text: string): SettingRefusal {
  return {
    code: "SETTING_SCOPE_INVALID",
    message: `${id} has a value for ${scopes.join(", ")} alone, not for ${text}`,
    field: "scope",
  };
}

export function invalidValue(id: string, wrong: string): SettingRefusal {
  return { code: "SETTING_VALUE_INVALID", message: `${id} ${wrong}`, field: "value" };
}

export function unknownVersion(id: string, scope: string, version: number): SettingRefusal {
  return {
    code: "SETTING_VERSION_UNKNOWN",
    message: `${id} has no version ${version} for ${scope}: its history has the versions`,
    field: "toVersion",
  };
}

const LONGEST_REASON = 500;
/** Controls, halves of pairs, ends of lines and of paragraphs, and what turns the direction of a text. */
const NO_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Why a reason is not accepted, as the end of a sentence; undefined where it is. */
export function refuseReason(reason: string): string | undefined {
  if ([...reason].length > LONGEST_REASON || reason.trim() === "" || NO_LINE.test(reason))
    return `must be one line of 1 to ${LONGEST_REASON} characters`;
  return undefined;
}
