// A server with a database whose dispatches are stored with their audit records, or without: for the benchmark auth.
// Arguments: port, address of the database, folder, assets file, `audited`, `signed` (audited, with AUDIT_KEY) or `bare`.

import { systemChance } from "../src/adapters/system/chance.ts";
import { createSystemClock } from "../src/adapters/system/clock.ts";
import { createKernel, type KernelStores } from "../src/compose/kernel.ts";
import { createLiveSettings } from "../src/compose/live-settings.ts";
import { createServer } from "../src/compose/server.ts";
import { createSignIn } from "../src/compose/sign-in.ts";
import { createStorage, kernelStoresOf } from "../src/compose/storage.ts";
import { DECLARATIONS, overridesOf } from "../src/config/declarations.ts";
import { createAssetsFile, loadFleet } from "../src/config/fleet.ts";
import { readSettings } from "../src/config/settings.ts";
import { createSettingValues } from "../src/services/settings/values.ts";
import { silent } from "./database.ts";

const [port = "0", databaseUrl = "", data = "", assetsFile = "", kind = ""] = process.argv.slice(2);
const environment = kind === "signed" ? { AUDIT_KEY: "the key of the bench" } : {};
const read = readSettings({ port, databaseUrl, data, assetsFile, demo: "0" }, environment);
if ("problems" in read) throw new Error(read.problems.join("; "));
const { settings } = read;
const [clock, chance, log] = [createSystemClock(), systemChance, silent];
const { tickSeconds: dtS, recentFrames } = settings;
const settingValues = createSettingValues(DECLARATIONS, overridesOf(settings));
const live = createLiveSettings(settingValues);
const readStored = () => kernel.settingFollower.read();
const storage = createStorage({
  settings,
  live,
  readSettings: readStored,
  log,
  tracing: undefined,
});
if (storage === undefined) throw new Error("there is no database");
const { store } = storage;
const file = createAssetsFile(assetsFile);
const loaded = await loadFleet(file, log);
const kernel = createKernel({
  ...{ clock, chance, log, loaded, file, dtS },
  stores: storesOf(kernelStoresOf(store)),
  limits: { recentFrames, mayPrune: false },
  settingValues,
});
const { identityStore, audit } = kernel;
const signIn = createSignIn({ settings, store: identityStore, audit, clock, chance, log });
const tracing = undefined;
const server = createServer({
  settings,
  limits: live,
  kernel,
  store,
  signIn,
  versions: { list: async () => [] },
  chance,
  log,
  version: "0",
  tracing,
});
await server.listen();
await kernel.restore(await storage.open(loaded, dtS, clock.nowMs));
kernel.telemetry.follow(store.keep);
await signIn.open();
kernel.start();

process.once("SIGTERM", async () => {
  kernel.stop();
  signIn.stop();
  await server.close();
  await storage.close();
  process.exit(0);
});

function storesOf(stores: KernelStores): KernelStores {
  const { dispatches } = stores;
  if (kind !== "bare" || dispatches === undefined) return stores;
  const add: typeof dispatches.add = (added, requests) => dispatches.add(added, requests);
  return { ...stores, dispatches: { ...dispatches, add } };
}
