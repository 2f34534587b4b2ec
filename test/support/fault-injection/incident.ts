// One injected fault, from its beginning until the program works again.
import { setTimeout as sleep } from "node:timers/promises";
import { readMetric } from "../program-under-test.ts";
import type { Fault, FaultSite } from "./faults.ts";
import type { HealthLook } from "./observer.ts";

export interface Incident {
  readonly name: string;
  readonly reported: Fault["reported"];
  readonly fromMs: number;
  /** When the program worked again. */
  readonly untilMs: number;
}

const RECOVERY_MS = 90_000;
/** Health is looked at this long after it works again, too: what is over at once shows for a while. */
const REPORT_MS = 2_000;

/** So many ticks show that the fleet runs again, and does not wait for the clock. */
const TICKS = 4;

/** Injects one fault and waits until the fleet ticks, dispatches are accepted and telemetry is written again. */
export async function runIncident(fault: Fault, site: FaultSite): Promise<Incident> {
  const fromMs = Date.now();
  await fault.inject(site);
  await recover(site);
  return { name: fault.name, reported: fault.reported, fromMs, untilMs: Date.now() };
}

async function recover({ target, refusedAssetId }: FaultSite): Promise<void> {
  const deadlineMs = Date.now() + RECOVERY_MS;
  const run = target.run();
  const before = target.announced();
  const ticks = () => target.run() === run && target.announced() >= before + TICKS;
  while (!ticks() || !(await works(target.url, refusedAssetId))) {
    if (Date.now() > deadlineMs)
      throw new Error(
        `it does not work again after ${RECOVERY_MS} ms\n${target.log().slice(-8_000)}`,
      );
    await sleep(200);
  }
}

/** Whether a dispatch is accepted, and next to nothing waits for the database. */
async function works(url: string, assetId: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: assetId, mw: 0 }),
      signal: AbortSignal.timeout(3_000),
    });
    return answer.status === 202 && (await readMetric(url, "mando_spool_records")) < 5;
  } catch {
    return false;
  }
}

/** Whether health gave the reason while the fault lasted. */
export function isReported(incident: Incident, health: readonly HealthLook[]): boolean {
  const { reported, fromMs, untilMs } = incident;
  if (reported === undefined) return true;
  return health.some(
    ({ atMs, reasons }) =>
      atMs >= fromMs &&
      atMs <= untilMs + REPORT_MS &&
      reasons.some(({ code, message }) => code === reported.code && reported.message.test(message)),
  );
}
