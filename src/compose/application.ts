// The application: settings in, a running fleet behind its server out.
import type { AddressInfo } from "node:net";
import type { OpenTelemetry } from "../adapters/opentelemetry/tracing.ts";
import { createPinoLog } from "../adapters/pino/log.ts";
import { systemChance } from "../adapters/system/chance.ts";
import { createSystemClock } from "../adapters/system/clock.ts";
import type { RequestTimeouts } from "../api/transport/http-server.ts";
import { createAssetsFile, type LoadedFleet, loadFleet } from "../config/fleet.ts";
import type { Settings } from "../config/settings.ts";
import { isShippedFleet } from "../config/shipped-fleet.ts";
import { LOCAL } from "../domain/identity/principal.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Log } from "../domain/ports/log.ts";
import { createKernel } from "./kernel.ts";
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
  readonly version: string;
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
  readonly requestTimeouts?: RequestTimeouts;
  /** Is called where another server has taken over the database, so that this process must end. */
  readonly onLost?: () => void;
  /** Left out: there are no traces. */
  readonly tracing?: OpenTelemetry | undefined;
}

/** The log of an application, readable on a terminal and JSON otherwise. Its lines have the ids of traces. */
export function createLog(
  { logLevel }: Settings,
  isTerminal: boolean,
  tracing?: OpenTelemetry,
): Promise<Log> {
  return createPinoLog(logLevel, isTerminal, tracing?.logFields);
}

export async function createApplication(deps: ApplicationDeps): Promise<Application> {
  const { settings, log, version, clock = createSystemClock(), onLost = () => {} } = deps;
  const { tracing } = deps;
  const { tickSeconds: dtS, recentFrames, recentMb } = settings;
  const chance = systemChance;
  const storage = createStorage(settings, log, tracing);
  const store = storage?.store;
  const file = createAssetsFile(settings.assetsFile);
  const loaded = await loadFleet(file, log);
  const mayPrune = store === undefined || settings.prune;
  const kernel = createKernel({
    ...{ clock, chance, log, loaded, file, dtS, tracing },
    mayRunDemo: mayRunDemo(settings, loaded),
    signInFailure: () => signIn.failure(),
    stores: store ? kernelStoresOf(store) : {},
    limits: { recentFrames, recentBytes: recentMb * 2 ** 20, mayPrune },
  });
  const { heartbeatMs, requestTimeouts } = deps;
  const { identityStore, audit } = kernel;
  const signIn = createSignIn({ settings, store: identityStore, audit, clock, chance, log });
  const versions = createInstalledVersions({ version, settings, store });
  const server = createServer({
    ...{ settings, kernel, store, signIn, versions, chance, log, version, tracing },
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
      onLost();
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
      const address = await server.listen();
      await restore();
      await signIn.open();
      kernel.start();
      if (isReloadDue) reload();
      const { assets, sites } = kernel.simulator.table;
      log.info(
        { assets: assets.length, sites: sites.length, tickSeconds: dtS },
        `simulating ${assets.length} assets at ${sites.length} sites`,
      );
      if (store === undefined)
        log.info({}, "the audit log is kept in memory alone, until the end: set DATA to store it");
      if (kernel.dispatch.demo.isOn())
        log.info({}, "a demo runs, and ends with the first dispatch or schedule: DEMO=0 has none");
      return { url: urlOf(address), exampleAssetId: assets[0]?.id ?? "" };
    },
    async stop() {
      kernel.stop();
      signIn.stop();
      await server.close();
      await storage?.close();
      await tracing?.stop();
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
