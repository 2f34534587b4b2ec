// What is chosen on the page of the settings, in the form of the address.
import { hashOf, type Params } from "../route/place.ts";
import { PLATFORM } from "./scope.ts";

export interface SettingsChoice {
  readonly scope: string;
  /** In RFC 3339; undefined: the present. */
  readonly asOf: string | undefined;
  readonly search: string;
  /** The setting that is open. */
  readonly openId: string | undefined;
}

export function choiceOf({ scope, at, find = "", id }: Params): SettingsChoice {
  const atMs = Date.parse(at ?? "");
  return {
    scope: scope || PLATFORM,
    asOf: Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString(),
    search: find.trim(),
    openId: id,
  };
}

/** The address of another scope, with all else that is chosen. */
export function scopeAddress({ scope: _, ...others }: Params, scope: string): string {
  return hashOf({ kind: "settings" }, { ...others, ...(scope !== PLATFORM && { scope }) });
}

/** The address of one setting. */
export const settingAddress = (id: string, scope: string) => scopeAddress({ id }, scope);
