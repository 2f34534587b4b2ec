// The command that serves a fleet.
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";
import {
  type Application,
  type ApplicationAddress,
  createApplication,
  createLog,
} from "../compose/application.ts";
import { isDriverSlip } from "../compose/driver-slip.ts";
import { createTracing, logFailures } from "../compose/tracing.ts";
import { refuseUnreadable } from "../config/fleet.ts";
import { readSettings, type SettingName, type Settings } from "../config/settings.ts";
import { readTracing } from "../config/tracing.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "./exit.ts";

/** How long a stop may take, in ms. What a database that hangs does not store is restored from the spool at the next start. */
const STOP_MS = 4800;

/**
 * Runs the fleet until SIGINT or SIGTERM, or until its terminal is closed, and then ends within 5 s; a second signal
 * ends it at once. SIGHUP has the assets file read again.
 */
export async function serve(flags: Partial<Record<SettingName, string>>, version: string) {
  const read = readSettings(flags, process.env);
  const traces = readTracing(process.env);
  if ("problems" in read || "problems" in traces)
    return fail([read, traces].flatMap(problemsOf).join("; "), EXIT_REFUSED);
  const { settings } = read;
  await refuseNamedFile(settings);
  const tracing = await createTracing(traces.tracing, settings, version);
  const log = await createLog(settings, process.stdout.isTTY, tracing);
  if (tracing && traces.tracing) logFailures(tracing, traces.tracing, log);

  let stopping = false;
  const end = async (reason: object, code: number) => {
    stopping = true;
    log.info(reason, "stopping");
    const isWhole = await within(
      STOP_MS,
      making.then((made) => made.stop()),
    );
    if (isWhole) log.info({}, "stopped");
    else
      log.error(
        {},
        `not stopped within ${STOP_MS} ms: ended at once, the next start continues from there`,
      );
    process.exit(isWhole ? code : EXIT_FAULT);
  };
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(128 + (signal === "SIGINT" ? 2 : 15));
    void end({ signal }, 0);
  };
  const isOnTerminal = isatty(1);
  const hangUp = ({ reload }: Application) => {
    if (stopping) return;
    if (!isOnTerminal || isatty(1)) return reload();
    stopping = true;
    void within(STOP_MS, application.stop()).finally(() => {
      // Node cannot exit by itself once its terminal is closed.
      process.removeAllListeners("SIGHUP");
      process.kill(process.pid, "SIGHUP");
    });
  };
  const onLost = () => void end({ reason: "lost the database" }, EXIT_FAULT);
  const making = createApplication({
    ...{ settings, log, setLogLevel: log.setLevel, version, onLost, tracing },
  });
  // Without these listeners a signal would end the process while the application is made, and leave the database running.
  process.on("SIGHUP", () => void making.then(hangUp));
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const application = await making;
  if (stopping) return;
  process.on("uncaughtException", (error) => {
    if (!isDriverSlip(error)) throw error;
    log.warn({ err: error }, "the database driver used a connection that had just gone");
  });

  try {
    process.stderr.write(welcome(await application.start()));
  } catch (error) {
    if (stopping) return;
    await application.stop().catch(() => {});
    const refused = refuseAddress(error as NodeJS.ErrnoException, settings);
    if (refused !== undefined) return fail(refused, EXIT_REFUSED);
    return fail(cannotStart(error as NodeJS.ErrnoException, settings), EXIT_FAULT);
  }
}

function problemsOf(read: object | { readonly problems: readonly string[] }): readonly string[] {
  return "problems" in read ? read.problems : [];
}

/** Ends the process where the settings name an assets file that cannot be read: no other fleet runs in its place. */
async function refuseNamedFile({ assetsFile, given }: Settings): Promise<void> {
  if (!given.has("assetsFile")) return;
  const wrong = await refuseUnreadable(assetsFile);
  if (wrong === undefined) return;
  fail(`ASSETS_FILE ${assetsFile} ${wrong}: name a file of sites and assets`, EXIT_REFUSED);
}

/** Whether the work ends in time. */
function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), sleep(ms, false)]);
}

/** The fault in the settings HOST and PORT; undefined where the error has another cause. */
function refuseAddress(
  error: NodeJS.ErrnoException & { readonly hostname?: string },
  { host, port }: Settings,
): string | undefined {
  const { code, syscall, hostname } = error;
  if (code === "EACCES" && syscall === "listen")
    return `port ${port} may not be used by this user: choose one above 1023 with PORT`;
  if (code === "EADDRNOTAVAIL" || (code === "ENOTFOUND" && hostname === host))
    return `HOST ${host} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all`;
  return undefined;
}

function cannotStart(
  { code, message, syscall }: NodeJS.ErrnoException,
  { host, port }: Settings,
): string {
  if (code === "EADDRINUSE")
    return `port ${port} of ${host} is taken: stop what uses it, or choose another with PORT`;
  return syscall === "listen" ? `cannot listen on ${host}:${port}: ${message}` : message;
}

function welcome({ url, exampleAssetId }: ApplicationAddress): string {
  return `
  Mando runs at ${url}

  watch       ${url}/
  explore     ${url}/graphql
  try REST    ${url}/docs
  discharge 5 MW and watch:

  curl -s ${url}/dispatch -H 'content-type: application/json' -d '{"asset_id":"${exampleAssetId}","mw":5}'
  curl -s ${url}/telemetry/${exampleAssetId}

`;
}
