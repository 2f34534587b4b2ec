// The settings that change while the server runs, as its parts read them: each value as it is when it is read.
import { TUNABLES, type TunableName, type TunableValues } from "../config/tunables.ts";
import { snakeCase } from "../domain/base/snake-case.ts";
import type { SettingValues } from "../services/settings/values.ts";

/** Its properties are read where they are used: one that is copied does not change any more. */
export type LiveSettings = TunableValues;

export function createLiveSettings(values: SettingValues): LiveSettings {
  const live = {};
  for (const name of Object.keys(TUNABLES) as TunableName[]) {
    const id = snakeCase(name);
    Object.defineProperty(live, name, { enumerable: true, get: () => values.ofPlatform(id) });
  }
  return live as LiveSettings;
}
