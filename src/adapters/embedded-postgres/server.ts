// The embedded PostgreSQL server of a directory: started, adopted, shut down.
import { chmod, mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { folderFailure } from "../../domain/base/folder-failure.ts";
import type { Log } from "../../domain/ports/log.ts";
import { canReach, chooseAccount } from "./account.ts";
import type { Address } from "./address.ts";
import { type Found, findServer } from "./adoption.ts";
import { findBinaries, usableBinaries } from "./binaries.ts";
import { DATA_NAME, openDataDirectory } from "./data-directory.ts";
import { cannotRun, EmbeddedPostgresError } from "./error.ts";
import { launch, type Site, shutDown } from "./postmaster.ts";
import { type Supervisor, supervise } from "./supervisor.ts";

const ATTEMPTS = 3;
const RETRY_MS = 100;
/** How long a server may take to report its other users before it counts as hanging, in ms. */
const GRACEFUL_CLOSE_MS = 5000;

/** The codes of failures that another process causes by starting at the same instant: a later try succeeds. */
const CONTENDED = /already exists|still in use|could not bind|any TCP\/IP sockets/;

export interface EmbeddedPostgres {
  /**
   * Starts the server of the directory, or adopts the one that outlived an earlier process or that another uses. Where
   * it ends before `stop`, it is started again at the same address.
   * Returns its connection string, which holds a password. Rejects with an `EmbeddedPostgresError` whose
   * message is one line with the remedy.
   */
  start(): Promise<string>;
  /**
   * Shuts the server down and resolves when it is down. Where another process uses it too, it is left running, and
   * the last process that stops shuts it down. Connections that are still open are cut.
   */
  stop(): Promise<void>;
}

interface EmbeddedPostgresDeps {
  /** The directory, which is made where missing. It holds the data in `postgres`, and `postgres.log`. */
  readonly directory: string;
  readonly log: Log;
  /** The folder of a package of binaries to use in place of the one for this platform. */
  readonly packageRoot?: string;
}

interface Running {
  readonly site: Site;
  readonly url: string;
  readonly supervisor: Supervisor;
}

export function createEmbeddedPostgres(deps: EmbeddedPostgresDeps): EmbeddedPostgres {
  const { log } = deps;
  let running: Promise<Running> | undefined;
  let stopping: Promise<void> | undefined;

  async function start(): Promise<Running> {
    await stopping?.catch(() => {});
    const site = await prepare(deps);
    const { path } = site.data;
    const { found, isOurs } = await bringUp(site);
    log.info(
      { path, version: site.binaries.version },
      isOurs ? "PostgreSQL started" : "PostgreSQL was running, and is used",
    );
    const again = async () => (await bringUp(site, found.address)).found;
    return { site, url: found.url, supervisor: supervise(found, again, path, log) };
  }

  async function stop({ site, supervisor }: Running): Promise<void> {
    const { path } = site.data;
    const presence = (await supervisor.stop())?.presence;
    if (presence === undefined) return log.info({ path }, "PostgreSQL had ended");
    // A server that has ended or hangs has no other users.
    const isLast = await Promise.race([
      presence.leave().catch(() => true),
      sleep(GRACEFUL_CLOSE_MS, true, { ref: false }),
    ]);
    const failure = isLast ? await shutDown(site) : undefined;
    await presence.end();
    if (failure)
      throw new EmbeddedPostgresError(
        `PostgreSQL still runs in ${path}: ${failure}; the next start will use it`,
      );
    log.info({ path }, isLast ? "PostgreSQL stopped" : "PostgreSQL is left to another process");
  }

  return {
    async start() {
      running ??= start();
      try {
        return (await running).url;
      } catch (error) {
        running = undefined;
        throw explain(error, deps.directory);
      }
    },
    async stop() {
      const started = await running?.catch(() => undefined);
      running = undefined;
      if (started) stopping = stop(started);
      await stopping;
    },
  };
}

/** Connects to the server of the directory, started where it does not run. @param at The address of an earlier start. */
async function bringUp(site: Site, at?: Address): Promise<{ found: Found; isOurs: boolean }> {
  let failure: string | undefined;
  for (let attempt = 0; ; attempt++) {
    const isOurs = attempt > 0 && failure === undefined;
    const found = await findServer(site.data).catch(async (error) => {
      if (isOurs) await shutDown(site);
      throw error;
    });
    if (found) return { found, isOurs };
    if (attempt === ATTEMPTS || (failure !== undefined && !CONTENDED.test(failure)))
      throw cannotRun(
        `PostgreSQL does not start in ${site.data.path}: ${failure ?? "it ended at once"}`,
      );
    if (failure !== undefined) await sleep(RETRY_MS * attempt);
    failure = await launch(site, at);
  }
}

async function prepare(deps: EmbeddedPostgresDeps): Promise<Site> {
  const installed = await findBinaries(deps.packageRoot);
  if (await mkdir(deps.directory, { recursive: true })) {
    // Where this process is root, the account of PostgreSQL must be able to enter.
    await chmod(deps.directory, process.getuid?.() === 0 ? 0o711 : 0o700);
  }
  const directory = await realpath(deps.directory);
  const account = await chooseAccount(join(directory, DATA_NAME), directory);
  if (!(await canReach(directory, account))) {
    throw cannotRun(
      `User ${account?.uid}, which runs PostgreSQL because root may not, cannot enter ${directory}: choose a data directory that others can reach, or start Mando as another user`,
    );
  }
  const binaries = await usableBinaries(installed, directory, account);
  const data = await openDataDirectory(directory, binaries, account);
  return { directory, data, binaries, account };
}

/** The error with its message in one line. */
function explain(error: unknown, directory: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const { code, syscall = "", message } = error as NodeJS.ErrnoException;
  if (syscall.startsWith("spawn")) {
    const why = code === "ENOENT" ? "they need glibc, which this system lacks" : message;
    return cannotRun(`The programs of PostgreSQL cannot run here: ${why}: set DATABASE_URL`, error);
  }
  return cannotRun(`PostgreSQL cannot use ${directory}: ${folderFailure(error)}`, error);
}
