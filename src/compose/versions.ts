// The versions of an installation, and of the database that its server is connected to.
import { PLATFORM_PACKAGE } from "../adapters/embedded-postgres/binaries.ts";
import { build } from "../adapters/installation/build.ts";
import { readPackages } from "../adapters/installation/packages.ts";
import type { Settings } from "../config/settings.ts";
import { MODELS } from "../domain/battery/registry.ts";
import type { ComponentSource } from "../domain/ports/component-source.ts";
import type { Log } from "../domain/ports/log.ts";
import {
  type Component,
  type ComponentKind,
  OWN_LICENSE,
  UNKNOWN,
} from "../domain/version/component.ts";
import { createVersions, type Versions } from "../services/version/versions.ts";
import type { Store } from "../store/store.ts";
import { broughtSchema } from "../store/version/components.ts";

/** Where the packages are that ship. */
export const PACKAGES = {
  // As the builds of the program and of the pages write them.
  lists: ["dist/licenses.json", "dist/pages/licenses.json"],
  // The bundle leaves it in its own files.
  required: ["postgres", "highs"],
  optional: PLATFORM_PACKAGE === undefined ? [] : [PLATFORM_PACKAGE],
};

interface VersionsDeps {
  /** The version of the program. */
  readonly version: string;
  readonly settings: Pick<Settings, "databaseUrl">;
  /** undefined: there is no database. */
  readonly store?: Pick<Store, "components"> | undefined;
}

export function createInstalledVersions({ version, settings, store }: VersionsDeps): Versions {
  // What is installed stays as it is while the program runs.
  let packages: Promise<readonly Component[]> | undefined;
  return createVersions([
    () => programComponents(version),
    store === undefined ? broughtSchema : databaseSource(store, settings),
    () => {
      packages ??= readPackages(PACKAGES);
      return packages;
    },
  ]);
}

/** Logs what starts, in one line. */
export async function logProgram(version: string, log: Log): Promise<void> {
  const { commit = null, builtAt = null } = build ?? {};
  const [brought] = await broughtSchema();
  const schema = brought?.version;
  const { node } = process.versions;
  const origin = build === undefined ? "sources" : `commit ${commit ?? UNKNOWN}, built ${builtAt}`;
  log.info(
    { version, commit, builtAt, schema, node },
    `Mando ${version} (${origin}), schema ${schema}, Node ${node}`,
  );
}

function programComponents(version: string): readonly Component[] {
  return [
    own("product", "Mando", version),
    own("build", "commit", build?.commit ?? UNKNOWN),
    own("build", "instant", build?.builtAt ?? UNKNOWN),
    { ...own("runtime", "Node", process.versions.node), license: null },
    ...MODELS.map((model) => own("model", model.name, String(model.version))),
  ];
}

function own(kind: ComponentKind, name: string, version: string): Component {
  return { name, version, kind, license: OWN_LICENSE, isCurrent: true };
}

/** The database of a store. The embedded one ships with the program. */
function databaseSource(
  { components }: Pick<Store, "components">,
  { databaseUrl }: Pick<Settings, "databaseUrl">,
): ComponentSource {
  if (databaseUrl !== undefined) return components;
  const license = "PostgreSQL";
  return async () =>
    (await components()).map((it) => (it.kind === "database" ? { ...it, license } : it));
}
