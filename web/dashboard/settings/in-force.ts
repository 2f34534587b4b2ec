// Why a value of a setting is in force, and of which scope it is.
import type { Fleet } from "../live/fleet.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { scopeName } from "./scope.ts";
import type { Setting } from "./setting-groups.ts";

/** In two words, for a line of the list. */
export function sourceText(setting: Setting, fleet: Fleet | undefined): string {
  const { scope, inForceScope, isOverriddenBy } = setting;
  if (isOverriddenBy !== null) return words.settings.isOverridden(isOverriddenBy);
  if (inForceScope === null) return words.settings.isDefault;
  if (inForceScope === scope) return words.settings.isOwn;
  return words.settings.isInherited(scopeName(inForceScope, fleet));
}

/** As a sentence. */
export function rationaleText(setting: Setting, fleet: Fleet | undefined): string {
  const { scope, inForceScope, inForceVersion, isOverriddenBy } = setting;
  if (isOverriddenBy !== null) return words.settings.whyOverridden(isOverriddenBy);
  if (inForceScope === null) return words.settings.whyDefault;
  const version = formats.count(inForceVersion ?? 0);
  const from = scopeName(inForceScope, fleet);
  if (inForceScope === scope) return words.settings.whyOwn(from, version);
  return words.settings.whyInherited(scopeName(scope, fleet), from, version);
}

/** Whether the scope may have a value of its own, which can be taken back: behind an override that is not known. */
export function mayHaveOwn({ scope, version, inForceScope, isOverriddenBy, invalid }: Setting) {
  if (isOverriddenBy !== null) return version > 0;
  return inForceScope === scope || invalid.some((one) => one.scope === scope);
}
