// Versions of everything that the program is made of and runs on.
import type { ComponentSource } from "../../domain/ports/component-source.ts";
import { byKind, type Component, type ComponentKind } from "../../domain/version/component.ts";

export interface Versions {
  /** Components by kind. @param kind Only those of this kind; left out: all. */
  list(kind?: ComponentKind): Promise<readonly Component[]>;
}

export function createVersions(sources: readonly ComponentSource[]): Versions {
  return {
    async list(kind) {
      const listed = (await Promise.all(sources.map((source) => source()))).flat();
      return byKind(kind === undefined ? listed : listed.filter((it) => it.kind === kind));
    },
  };
}
