// The application: settings in, a running fleet behind its server out.
import type { AddressInfo } from "node:net";
import type { OpenTelemetry } from "../adapters/opentelemetry/tracing.ts";
import { createPinoLog, type PinoLog } from "../adapters/pino/log.ts";
import { systemChance } from "../adapters/system/chance.ts";
import { createSystemClock } from "../adapters/system/clock.ts";
import type { RequestTimeouts } from "../api/transport/http-server.ts";
import { DECLARATIONS, overridesOf } from "../config/declarations.ts";
import { createAssetsFile, type LoadedFleet, loadFleet } from "../config/fleet.ts";
import type { Settings } from "../config/settings.ts";
import { isShippedFleet } from "../config/shipped-fleet.ts";
import { LOCAL } from "../domain/identity/principal.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Log } from "../domain/ports/log.ts";
import { createSettingValues } from "../services/settings/values.ts";
import { createKernel, type Kernel, type KernelLimits } from "./kernel.ts";
import { createLiveSettings, type LiveSettings } from "./live-settings.ts";
import { withPlaces } from "./refused-paths.ts";
import { createServer } from "./server.ts";
import { createSignIn } from "./sign-in.ts";
import { createStorage, kernelStoresOf } from "./storage.ts";
import { createInstalledVersions, logProgram } from "./versions.ts";

export interface Application {
  /**
   * Listens, continues from what was stored, and ticks. Waits as a standby while another server runs the same
   * database. Rejects with the error of what could not be started.
   */
  start(): Promise<ApplicationAddress>;
  /**
   * Reads the assets file again and applies it; where the fleet does not run yet, once it does. The log has the
   * result.
   */
  reload(): void;
  /** Stops the ticks, completes open requests and closes everything. */
  stop(): Promise<void>;
}

export interface ApplicationAddress {
  readonly url: string;
  /** An asset for a first try. */
  readonly exampleAssetId: string;
}

interface ApplicationDeps {
  readonly settings: Settings;
  readonly log: Log;
  /** Sets the least level that is logged. Left out: it stays. */
  readonly setLogLevel?: (level: Settings["logLevel"]) => void;
  readonly version: string;
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
  readonly requestTimeouts?: RequestTimeouts;
  /** Is called where another server has taken over the database, so that this process must end. */
  readonly onLost?: () => void;
  /** Left out: there are no traces. */
  readonly tracing?: OpenTelemetry | undefined;
}

/** The log of an application, readable on a terminal and JSON otherwise, whose level can be set. Its lines have the ids of traces. */
export function createLog(
  { logLevel }: Settings,
  isTerminal: boolean,
  tracing?: OpenTelemetry,
): Promise<PinoLog> {
  return createPinoLog(logLevel, isTerminal, tracing?.logFields);
}

export async function createApplication(deps: ApplicationDeps): Promise<Application> {
  const { settings, log, version, clock = createSystemClock(), tracing } = deps;
  const { tickSeconds: dtS } = settings;
  const chance = systemChance;
  const { settingValues, live } = settingsInForce(deps);
  const readSettings = () => kernel.settingFollower.read();
  const storage = createStorage({ settings, live, readSettings, log, tracing });
  const store = storage?.store;
  const file = createAssetsFile(settings.assetsFile);
  const loaded = await loadFleet(file, log);
  const mayPrune = store === undefined || settings.prune;
  const kernel = createKernel({
    ...{ clock, chance, log, loaded, file, dtS, tracing },
    mayRunDemo: mayRunDemo(settings, loaded),
    signInFailure: () => signIn.failure(),
    stores: store ? kernelStoresOf(store) : {},
    limits: kernelLimitsOf(live, mayPrune),
    settingValues,
  });
  const { heartbeatMs, requestTimeouts } = deps;
  const { identityStore, settingFollower, audit } = kernel;
  const signIn = createSignIn({ settings, store: identityStore, audit, clock, chance, log });
  const versions = createInstalledVersions({ version, settings, store });
  const server = createServer({
    ...{ settings, limits: live, kernel, store, signIn, versions, chance, log, version, tracing },
    ...{ heartbeatMs, requestTimeouts },
  });

  async function restore(): Promise<void> {
    if (storage === undefined) return kernel.restore();
    const opening = storage.open(loaded, dtS, clock.nowMs);
    const opened = await opening.catch(async (error) => {
      throw await withPlaces(error, file);
    });
    await kernel.restore(opened);
    kernel.telemetry.follow(storage.store.keep);
    storage.store.keepModelStates(kernel.simulator.modelStates);
    storage.store.onLost(() => {
      kernel.ticker.stop();
      log.error({}, "another server has taken over the database: this one ends");
      deps.onLost?.();
    });
  }

  let isReloadDue = false;
  function reload(): void {
    isReloadDue = !kernel.isRunning();
    if (isReloadDue) log.info({}, `${file.path} is read again once the fleet runs: not yet`);
    else
      kernel.fleetFile
        .reload(LOCAL)
        .catch((err) => log.error({ err }, `${file.path} was not applied`));
  }

  return {
    reload,
    async start() {
      await logProgram(version, log);
      signIn.start();
      settingFollower.start();
      const address = await server.listen();
      await restore();
      await signIn.open();
      kernel.start();
      if (isReloadDue) reload();
      logStart(log, kernel, dtS);
      if (store === undefined)
        log.info({}, "the audit log is kept in memory alone, until the end: set DATA to store it");
      const [asset] = kernel.simulator.table.assets;
      return { url: urlOf(address), exampleAssetId: asset?.id ?? "" };
    },
    async stop() {
      kernel.stop();
      signIn.stop();
      settingFollower.stop();
      await server.close();
      await storage?.close();
      await tracing?.stop();
    },
  };
}

function logStart(log: Log, { simulator, dispatch }: Kernel, tickSeconds: number): void {
  const { assets, sites } = simulator.table;
  log.info(
    { assets: assets.length, sites: sites.length, tickSeconds },
    `simulating ${assets.length} assets at ${sites.length} sites`,
  );
  if (dispatch.demo.isOn())
    log.info({}, "a demo runs, and ends with the first dispatch or schedule: DEMO=0 has none");
}

/** The settings that change while the server runs. */
function settingsInForce({ settings, setLogLevel }: ApplicationDeps) {
  const settingValues = createSettingValues(DECLARATIONS, overridesOf(settings));
  const live = createLiveSettings(settingValues);
  settingValues.onChange(() => setLogLevel?.(live.logLevel));
  return { settingValues, live };
}

function kernelLimitsOf(live: LiveSettings, mayPrune: boolean): KernelLimits {
  return {
    mayPrune,
    get recentFrames() {
      return live.recentFrames;
    },
    get recentBytes() {
      return live.recentMb * 2 ** 20;
    },
  };
}

/** By itself a demo runs at the first start of the shipped fleet in a data folder. */
function mayRunDemo({ demo, data, databaseUrl }: Settings, { table }: LoadedFleet): boolean {
  return demo ?? (data !== undefined && databaseUrl === undefined && isShippedFleet(table));
}

function urlOf({ family, address, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
