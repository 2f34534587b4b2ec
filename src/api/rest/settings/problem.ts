// The problems of settings, and the version that a change is based on.
import { snakeCase } from "../../../domain/base/snake-case.ts";
import type { ScopeRefusal } from "../../../services/clients/client-settings.ts";
import type { SettingConflict } from "../../../services/settings/outcomes.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { FORBIDDEN, MALFORMED, refused, UNAUTHORIZED } from "../base/schemas.ts";
import { versionJson } from "./shapes.ts";

export const READ_REFUSALS = {
  400: MALFORMED,
  401: UNAUTHORIZED,
  403: FORBIDDEN,
  404: refused("No setting, site or asset has this id."),
  422: refused("It is no scope of the setting."),
};

export const CHANGE_REFUSALS = {
  ...READ_REFUSALS,
  404: refused("No setting, version, site or asset has this id."),
  409: refused("It was changed since; `current` has that change."),
  422: refused("The value is not accepted, or it is no scope of the setting."),
  428: refused("The header If-Match is missing."),
};

/** The header in OpenAPI. */
export const IF_MATCH = {
  name: "if-match",
  in: "header",
  required: true,
  schema: { type: "string", pattern: '^(W/)?"(0|[1-9][0-9]{0,14})"$' },
  example: '"0"',
  description: "The ETag of the setting in this scope, as it was read.",
} as const;

const NO_VERSION = problem(
  "VERSION_REQUIRED",
  'the header If-Match is missing: send the ETag of the setting, as GET /settings/{id} answers it, or "0" where it has no version',
  { field: "if-match" },
);

const NO_ETAG = problem(
  "BAD_INPUT",
  'if-match must be one ETag of the setting, like "3", in quotes',
  { field: "if-match" },
);

/** The version that a change expects; or why there is none. */
export function expectedOf(header: string | undefined): number | Problem {
  if (header === undefined) return NO_VERSION;
  // A proxy that compresses makes an ETag weak; a version is exact all the same.
  const [, digits] = /^(?:W\/)?"(0|[1-9]\d{0,14})"$/.exec(header.trim()) ?? [];
  return digits === undefined ? NO_ETAG : Number(digits);
}

export function etagOf(version: number): string {
  return `"${version}"`;
}

export function refusalProblem(refusal: ScopeRefusal): Problem {
  const { code, message } = refusal;
  const field = "field" in refusal ? refusal.field : undefined;
  return problem(code, message, field === undefined ? {} : { field: snakeCase(field) });
}

export function conflictProblem({ code, message, current }: SettingConflict): Problem {
  return problem(code, message, {
    field: "if-match",
    ...(current && { current: versionJson(current) }),
  });
}
